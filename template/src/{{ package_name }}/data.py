"""Read the data, cut them by period, hold back the days no model trains on. Yours to change."""

import difflib
import hashlib
from pathlib import Path

import pandas as pd

from .errors import InputError
from .settings import NAME, root, var
from .spec import DataSpec

PACKAGE = Path(__file__).parent
FOLDS = 3  # one day in three is held back
READERS = {
    ".csv": pd.read_csv,
    ".jsonl": lambda file: pd.read_json(file, lines=True),
    ".parquet": pd.read_parquet,
}
WRITERS = {
    ".csv": lambda frame, file: frame.to_csv(file, index=False),
    ".jsonl": lambda frame, file: frame.to_json(
        file, orient="records", lines=True, date_format="iso"
    ),
    ".parquet": lambda frame, file: frame.to_parquet(file, index=False),
}


def load(spec: DataSpec, until: str | None = None) -> pd.DataFrame:
    """Rows that training may read: all up to and including the period `until`, by default all."""
    frame = pd.concat([read_table(file) for file in files(spec)], ignore_index=True)
    frame = typed(spec, frame)
    if until is None:
        return frame
    return frame[periods(spec, frame) <= known_period(spec, frame, until)]


def files(spec: DataSpec) -> list[Path]:
    """Admitted data where a capability keeps a door (`*/door.py`), else the source as it is."""
    if not any(PACKAGE.glob("*/door.py")):
        return source_files(root() / spec.source)
    if admitted := sorted(var("data").glob("*.parquet")):
        return admitted
    raise InputError(f"no data are admitted yet: run `{NAME} ingest`, then `{NAME} validate`")


def source_files(source: Path) -> list[Path]:
    """The source, or the files in it when it is a folder."""
    if source.is_dir():
        found = sorted(file for file in source.iterdir() if file.suffix in READERS)
        if found:
            return found
    elif source.is_file():
        return [source]
    raise InputError(f"no data at {source}: put them there, or change `source` in conf/data.yml")


def read_table(file: Path) -> pd.DataFrame:
    """One file as a frame; InputError if it is missing, of an unknown kind, or broken."""
    if not file.is_file():
        raise InputError(f"{file} is not a file")
    if file.suffix not in READERS:
        raise InputError(f"{file} is of no kind that can be read: use {', '.join(READERS)}")
    try:
        return READERS[file.suffix](file)
    except (ValueError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{file} cannot be read as {file.suffix}: {reason}") from None


def write_table(frame: pd.DataFrame, file: Path) -> Path:
    """Write a frame beside `file` and rename it: `file` is whole or as it was."""
    if file.suffix not in WRITERS:
        raise InputError(f"{file} is of no kind that can be written: use {', '.join(WRITERS)}")
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    WRITERS[file.suffix](frame, part)
    return part.replace(file)


def typed(spec: DataSpec, frame: pd.DataFrame, *, labels: bool = True) -> pd.DataFrame:
    """The frame with declared types: numbers as float64, classes and categories as text."""
    wanted = [*spec.features, *([spec.target, spec.key] if labels else [])]
    wanted += [spec.time.column] if spec.time and labels else []
    for name in wanted:
        require(frame, name)
    frame = frame.copy()
    for name in spec.columns("number"):
        frame[name] = numbers(frame[name])
    texts = spec.columns("category") + ([spec.target] if labels and spec.classes else [])
    for name in texts:
        frame[name] = frame[name].astype("str")
    if spec.time and spec.time.column in frame:
        frame[spec.time.column] = pd.to_datetime(
            frame[spec.time.column], format="mixed"
        ).dt.as_unit("ms")
    return frame


def require(frame: pd.DataFrame, name: str) -> None:
    if name not in frame:
        near = difflib.get_close_matches(name, [str(column) for column in frame.columns], n=1)
        hint = f"did you mean {near[0]}?" if near else "change conf/data.yml or the data"
        raise InputError(f"conf/data.yml names `{name}`, which is no column of the data: {hint}")


def numbers(column: pd.Series) -> pd.Series:
    try:
        return column.astype("float64")
    except (ValueError, TypeError):
        raise InputError(f"`{column.name}` is declared a number, but holds text") from None


def labelled(spec: DataSpec, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows whose label has arrived."""
    return frame[frame[spec.target].notna()]


def periods(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """The period of each row, as text that sorts; without a time column all rows are `all`."""
    if spec.time is None:
        return pd.Series("all", index=frame.index)
    stamps = frame[spec.time.column]
    if spec.time.period == "week":
        return stamps.dt.strftime("%G-W%V")
    return stamps.dt.strftime("%Y-%m-%d" if spec.time.period == "day" else "%Y-%m")


def known_period(spec: DataSpec, frame: pd.DataFrame, period: str) -> str:
    """The period itself, if there are rows of it."""
    found = sorted(periods(spec, frame).unique())
    if period not in found:
        raise InputError(f"there are no data of {period}: they run from {found[0]} to {found[-1]}")
    return period


def split(spec: DataSpec, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(to fit, held back): whole days by a hash of the date, or rows by a hash of the key.

    No model is ever fitted on what is held back, so any two models can be compared on it. The days
    lie between the others: holding back the newest block would hide the drift there is to learn.
    """
    units = (frame[spec.time.column].dt.date if spec.time else frame[spec.key]).astype(str)
    held = units.map({unit: held_back(unit) for unit in units.unique()}).astype(bool)
    return frame[~held], frame[held]


def held_back(unit: str) -> bool:
    return hashlib.sha256(unit.encode()).digest()[0] % FOLDS == 0


def digest(frame: pd.DataFrame) -> str:
    """sha256 of the rows, in their order."""
    rows = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    return hashlib.sha256(rows.tobytes()).hexdigest()
