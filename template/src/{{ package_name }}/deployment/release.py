"""Opens a release. All that serving and scoring need to know of a model comes through here."""

import json
import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..runs import load_model
from ..schema import cast_columns, to_records
from ..settings import var
from ..spec import DataSpec
from ..storage import from_stored, sha256
from .compiled_model import PLAN, CompiledModel

if TYPE_CHECKING:  # a server of a compiled model never imports pandas
    import pandas as pd

TOLERANCE = 1e-9  # between a golden answer and the one given here


@dataclass(frozen=True)
class ReleaseMetadata:
    """From a release back to what it was made of."""

    release: str
    version: int
    period: str
    data: str  # sha256 of the rows trained on
    spec: str
    code: str
    commit: str | None = None
    metrics: dict[str, float] = field(default_factory=dict)  # on held-back rows, when trained
    uncompiled: str | None = None  # why requests are answered by the pipeline itself


@dataclass(frozen=True)
class Release:
    """A model that may serve, with the declaration it was trained by."""

    metadata: ReleaseMetadata
    spec: DataSpec
    golden: list[dict[str, Any]]
    digest: str  # sha256 of the model file
    compiled: CompiledModel | None = None

    @cached_property
    def model(self) -> Any:
        """The fitted pipeline, loaded when it is first asked."""
        return load_model(release_folder(self.metadata.release) / "model.skops", self.digest)

    def answer(self, rows: "pd.DataFrame") -> "pd.DataFrame":
        """Answers for rows as they come from a request or a file."""
        from ..prediction import predict

        return predict(self.spec, self.model, cast_columns(self.spec, rows, labels=False))

    def answers(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answers for the rows of a request: compiled if they can be, the same in any case."""
        if self.compiled:
            return self.compiled.answers(rows)
        import pandas as pd

        return to_records(self.answer(pd.DataFrame(rows)))


def release_folder(run: str) -> Path:
    return var("releases", run)


def open_release(run: str, fast: bool = False) -> Release:
    """A release, checked: InputError if a digest or the answer to a golden row differs.

    `fast` for requests of a few rows: compiled, if it is. The pipeline itself is faster with many.
    """
    place = release_folder(run)
    digests = json.loads(read_file(place / "digests.json"))
    for name, digest in digests.items():
        if sha256(read_file(place / name)) != digest:
            raise InputError(f"{place / name} is not the file that was released: delete {run}")
    release = Release(
        read_metadata(run),
        read_spec(run),
        [json.loads(line) for line in read_file(place / "golden.jsonl").splitlines()],
        digests["model.skops"],
        CompiledModel.read(place) if fast and PLAN in digests else None,
    )
    check_golden(release)
    return release


def read_metadata(run: str) -> ReleaseMetadata:
    """Where a release comes from."""
    return from_stored(ReleaseMetadata, json.loads(read_file(release_folder(run) / "release.json")))


def read_spec(run: str) -> DataSpec:
    """What the data of a release are."""
    return DataSpec.model_validate_json(read_file(release_folder(run) / "spec.json"))


def read_file(file: Path) -> bytes:
    if not file.is_file():
        raise InputError(f"{file} is missing: this is no whole release")
    return file.read_bytes()


def check_golden(release: Release) -> None:
    given = release.answers([pair["row"] for pair in release.golden])
    for pair, answer in zip(release.golden, given, strict=True):
        if not all(same_value(value, answer[name]) for name, value in pair["answer"].items()):
            raise InputError(
                f"{release.metadata.release} no longer gives the answers of its golden rows"
            )


def same_value(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(one == other)
