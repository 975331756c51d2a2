"""The active release in a server: one frozen object, replaced in one assignment."""

import logging
import time

from ..deployment.pointer import read_active
from ..deployment.release import Release, open_release
from ..errors import InputError
from ..settings import load_spec
from ..spec import DataSpec

RETRY_SECONDS = 30.0  # until a release that could not be opened is tried again


class ActiveRelease:
    """Follows the pointer. If anything is wrong with a new release, the old one stays active."""

    def __init__(self) -> None:
        self.release: Release | None = None
        self.swaps = 0
        self.failed_swaps = 0
        self._spec: DataSpec | None = None
        self._failed: tuple[str, float] = ("", 0.0)  # release, time

    def fix_spec(self) -> DataSpec:
        """The declaration of requests. A release with another one needs a restart of the server."""
        self._spec = self.release.spec if self.release else load_spec()
        return self._spec

    def refresh(self) -> None:
        """Open the release that the pointer names, if it is not open yet."""
        name = ""
        try:
            delivery = read_active()
            name = delivery.release if delivery else ""
            if name and not self._is_open(name) and not self._failed_recently(name):
                self._swap(open_release(name, compiled=True))
        except Exception as error:  # a broken release or pointer must not stop the server
            self.failed_swaps += 1
            self._failed = (name, time.monotonic())
            kept = self.release.metadata.release if self.release else "no release"
            logging.error("still serving %s: %s", kept, error)

    def poll(self, seconds: float) -> None:
        """Refresh repeatedly, as long as the process lives."""
        while True:
            time.sleep(seconds)
            self.refresh()

    def _is_open(self, name: str) -> bool:
        return self.release is not None and self.release.metadata.release == name

    def _failed_recently(self, name: str) -> bool:
        failed, at = self._failed
        return failed == name and time.monotonic() - at < RETRY_SECONDS

    def _swap(self, release: Release) -> None:
        if self._spec and self._spec.digest != release.spec.digest:
            raise InputError("the new release has another declaration: restart the server")
        self.swaps += self.release is not None
        self.release = release
