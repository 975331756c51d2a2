"""Opens a release. Serving and scoring use a model only through this module."""

import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import Field

from ..errors import InputError
from ..model_files import load_model
from ..predictions.records import Records
from ..schema import cast_columns
from ..settings import NAME, root, var
from ..spec import DataSpec, FrozenModel
from ..storage import DamagedFileError, parse_record, sha256
from .compiled_model import PLAN, CompiledModel
from .signing import check_signature
from .treelite_library import TreeliteError

if TYPE_CHECKING:  # a server with a compiled model never imports pandas
    import pandas as pd

CARD, CARD_PAGE, MATERIALS = "model-card.md", "model-card.html", "materials.cdx.json"
DIGESTS = "digests.json"
FileName = Annotated[str, Field(pattern=r"^\w[\w.-]*$")]
TOLERANCE = 1e-9  # between two numbers that count as equal
REQUIRED_FILES = {"golden.jsonl", "model.skops", "release.json", "spec.json"}
Record = TypeVar("Record")


@dataclass(frozen=True)
class ReleaseMetadata:
    """What a release was made from."""

    release: str
    version: int
    period: str
    data: str  # sha256 of the training rows
    spec: str
    code: str
    commit: str | None = None
    metrics: dict[str, float] = field(default_factory=dict)  # of the run
    compile_error: str | None = None  # why there is no compiled model
    gate: str | None = None  # why the gate accepted the version
    lock: str | None = None  # sha256 of uv.lock


class GoldenRow(FrozenModel):
    """A row, and what the model predicted when the release was built."""

    row: dict[str, Any]
    prediction: dict[str, Any]


@dataclass(frozen=True)
class Release:
    """A released model with the declaration it was trained with."""

    metadata: ReleaseMetadata
    spec: DataSpec
    golden: Records  # {"row": …, "prediction": …}
    digest: str  # sha256 of the model file
    files: str  # sha256 of the list of all files
    cards: dict[str, str]  # the model card, by file
    compiled: CompiledModel | None = None

    @cached_property
    def model(self) -> Any:
        """The fitted pipeline, loaded at the first use."""
        return load_model(release_folder(self.metadata.release) / "model.skops", self.digest)

    @cached_property
    def known_categories(self) -> dict[str, frozenset[str]]:
        """The categories of each feature that the model was trained with, as far as it tells."""
        if self.compiled:
            columns = self.compiled.plan.columns
            return {each.name: frozenset(each.codes) for each in columns if each.kind == "category"}
        encoders = getattr(getattr(self.model, "steps", [("", None)])[0][1], "transformers_", ())
        return {
            name: frozenset(words)
            for _, encoder, names in encoders
            for name, words in zip(names, getattr(encoder, "categories_", ()), strict=False)
        }

    def predict_frame(self, rows: "pd.DataFrame") -> "pd.DataFrame":
        """The predictions for the rows of a file."""
        from ..prediction import predict

        return predict(self.spec, self.model, cast_columns(self.spec, rows, labels=False))

    def predict_records(self, rows: Records) -> Records:
        """The predictions for the rows of a request, by the compiled model if there is one."""
        if self.compiled:
            return self.compiled.predict(rows)
        import pandas as pd

        from ..tables import to_records

        return to_records(self.predict_frame(pd.DataFrame(rows)))


def lock_digest() -> str | None:
    """sha256 of uv.lock; None if there is none."""
    file = root() / "uv.lock"
    return sha256(file.read_bytes()) if file.is_file() else None


def release_folder(release: str) -> Path:
    return var("releases", release)


def open_release(name: str, version: int | None = None, compiled: bool = False) -> Release:
    """A checked release: InputError if its signature, version, a digest or a prediction is wrong.

    With `compiled` it uses its compiled model, if it has one. That is faster for the few rows of
    a request; the pipeline is faster for many rows.
    """
    folder = release_folder(name)
    digests = read_digests(folder)
    for file, digest in digests.items():
        if sha256(read_file(folder / file)) != digest:
            message = f"{folder / file} is not the file that was released: {remedy(folder)}"
            raise DamagedFileError(message)
    try:
        release = Release(
            read_metadata(name),
            read_spec(name),
            read_golden_rows(folder / "golden.jsonl"),
            digests["model.skops"],
            sha256(read_file(folder / DIGESTS)),
            {
                name: read_file(folder / name).decode()
                for name in (CARD, CARD_PAGE)
                if name in digests
            },
            CompiledModel.read(folder) if compiled and PLAN in digests else None,
        )
    except (ValueError, TreeliteError) as error:
        first = f"{error}".splitlines()[0]
        raise DamagedFileError(f"{folder} is damaged ({first}): {remedy(folder)}") from None
    if release.metadata.release != name or version not in (None, release.metadata.version):
        message = f"{folder} holds another release than its name says: {remedy(folder)}"
        raise DamagedFileError(message)
    check_golden_rows(release)
    return release


def read_digests(folder: Path) -> dict[str, str]:
    """The sha256 of each file of a release. Nothing is read from one that is not signed."""
    check_signature(folder, read_file(folder / DIGESTS))
    digests = read_record(dict[FileName, str], folder / DIGESTS)
    if missing := REQUIRED_FILES - digests.keys():
        raise DamagedFileError(f"{folder / DIGESTS} lacks {min(missing)}: {remedy(folder)}")
    return digests


def read_metadata(name: str) -> ReleaseMetadata:
    return read_record(ReleaseMetadata, release_folder(name) / "release.json")


def read_spec(name: str) -> DataSpec:
    """The declaration that a release was trained with."""
    return read_record(DataSpec, release_folder(name) / "spec.json")


def read_golden_rows(file: Path) -> Records:
    """The rows with known predictions; DamagedFileError if there are none."""
    lines, fix = read_file(file).splitlines(), remedy(file.parent)
    if not lines:
        raise DamagedFileError(f"{file} is empty: {fix}")
    return [parse_record(GoldenRow, line, str(file), fix).model_dump() for line in lines]


def read_record(record: type[Record], file: Path) -> Record:
    return parse_record(record, read_file(file), str(file), remedy(file.parent))


def read_file(file: Path) -> bytes:
    if not file.is_file():
        raise DamagedFileError(f"{file} is missing: {remedy(file.parent)}")
    return file.read_bytes()


def remedy(folder: Path) -> str:
    return f"delete {folder} and run `{NAME} release`, which builds the active release again"


def check_golden_rows(release: Release) -> None:
    """InputError if the release no longer predicts what it predicted when it was built."""
    name = release.metadata.release
    try:
        predictions = release.predict_records([pair["row"] for pair in release.golden])
    except LookupError as error:
        message = f"the golden rows of {name} lack {error}: {remedy(release_folder(name))}"
        raise DamagedFileError(message) from None
    for pair, prediction in zip(release.golden, predictions, strict=True):
        if not is_same_prediction(pair["prediction"], prediction):
            raise InputError(f"{name} no longer gives the predictions of its golden rows")


def is_same_prediction(expected: dict[str, Any], actual: dict[str, Any]) -> bool:
    """Whether two predictions are equal, numbers with a tolerance."""
    return all(is_same_value(value, actual.get(name)) for name, value in expected.items())


def is_same_value(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(one == other)
