"""What `prepare` hands over to be written into a project."""

import os
from dataclasses import dataclass
from pathlib import Path

from .decision import DataDecisions
from .read.download import redact_url
from .request import DataRequest


@dataclass(frozen=True)
class PreparedData:
    """Decisions about the data, and pictures of the data."""

    decisions: DataDecisions
    pictures: dict[str, str]  # file name -> SVG

    @property
    def request(self) -> DataRequest:
        return self.decisions.request

    @property
    def source(self) -> Path:
        """The file or folder that was read."""
        return self.decisions.profile.source.path

    @property
    def origin(self) -> str:
        """The address it was downloaded from, if any."""
        return redact_url(self.request.url) if self.request.url else ""

    def path_from(self, project: Path) -> str:
        """The path to the data, as conf/data.yml of a project declares it."""
        if self.request.copy:
            return f"var/source/{self.source.name}"
        return Path(os.path.relpath(self.source, project)).as_posix()
