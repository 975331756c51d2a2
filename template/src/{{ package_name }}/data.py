"""Read the data, cut them by period, hold back the days no model trains on. Yours to change."""

import difflib
import hashlib
from pathlib import Path

import pandas as pd

from .errors import InputError
from .settings import NAME, root, var
from .spec import DataSpec
from .tables import READERS, kind, read_csv, read_table

PACKAGE = Path(__file__).parent
FOLDS = 3  # one day in three is held back


def load(spec: DataSpec, until: str | None = None) -> pd.DataFrame:
    """Rows that training may read: all up to and including the period `until`, by default all."""
    frame = pd.concat([read_rows(spec, file) for file in files(spec)], ignore_index=True)
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
        found = sorted(file for file in source.iterdir() if kind(file) in READERS)
        if found:
            return found
    elif source.is_file():
        return [source]
    raise InputError(f"no data at {source}: put them there, or change `source` in conf/data.yml")


def read_rows(spec: DataSpec, file: Path) -> pd.DataFrame:
    """A file as its owner wrote it; only a decimal comma becomes a point."""
    return pointed(spec, file, read_table(file, spec.csv))


def read_features(spec: DataSpec, file: Path) -> pd.DataFrame:
    """The typed rows of a file that asks for predictions; InputError names the file."""
    rows = read_rows(spec, file)
    try:
        return typed(spec, rows, labels=False)
    except InputError as error:
        raise InputError(f"{file}: {error}") from None


def pointed(spec: DataSpec, file: Path, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of a file, a decimal comma in them a point."""
    if spec.csv.decimal == "," and READERS[kind(file)] is read_csv:
        names = [*spec.columns("number"), *([] if spec.classes else [spec.target])]
        commas = {name: frame[name].str.replace(",", ".") for name in names if name in frame}
        frame = frame.assign(**commas)
    return frame


def typed(spec: DataSpec, frame: pd.DataFrame, *, labels: bool = True) -> pd.DataFrame:
    """The frame as declared: numbers and booleans as float64, dates, all else as text.

    With `labels` target, key and time must be there; without them features are enough.
    """
    kinds = {name: KINDS[feature.type] for name, feature in spec.features.items()}
    kinds |= {spec.entity: text} if spec.entity and spec.entity in frame else {}
    if labels:
        kinds |= {spec.target: text if spec.classes else numbers}
        kinds |= {} if spec.hashed else {spec.key: text}
    for name in kinds:
        require(frame, name)
    forms = {name: spec.features[name].format for name in spec.columns("date")}
    columns = {
        name: dates(frame[name], forms[name]) if name in forms else convert(frame[name])
        for name, convert in kinds.items()
    }
    if spec.time and (labels or spec.time.column in frame):
        require(frame, spec.time.column)
        read = moments if labels else dates
        columns[spec.time.column] = read(frame[spec.time.column], spec.time.format)
    # Not `assign`: of hundreds of columns it makes as many blocks, and pandas warns of it.
    whole = {name: columns.get(name, frame[name]) for name in frame}
    frame = pd.DataFrame(whole, index=frame.index)
    return frame.assign(**{spec.key: row_hash(spec, frame)}) if spec.hashed else frame


def row_hash(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """The key of typed rows that have none: equal rows are one row, asked for or labelled."""
    names = [*spec.features, *([spec.time.column] if spec.time else [])]
    said = frame[[name for name in names if name in frame]]
    hashes = pd.util.hash_pandas_object(said.reset_index(drop=True), index=False)
    return pd.Series([f"{each:016x}" for each in hashes], index=frame.index, dtype="str")


def require(frame: pd.DataFrame, name: str) -> None:
    if name not in frame:
        near = difflib.get_close_matches(name, [str(column) for column in frame.columns], n=1)
        hint = f"did you mean {near[0]}?" if near else "change conf/data.yml or the data"
        raise InputError(f"conf/data.yml names `{name}`, which is no column of the data: {hint}")


def numbers(column: pd.Series) -> pd.Series:
    try:
        return column.astype("float64")
    except (ValueError, TypeError):
        return readable(column, pd.to_numeric(column, errors="coerce"), "no number")


def text(column: pd.Series) -> pd.Series:
    """Words; 1 and 1.0 are one word, whether or not another value is missing."""
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    return column.astype("str")


def booleans(column: pd.Series) -> pd.Series:
    """1.0 and 0.0; a missing value stays missing."""
    return readable(column, read_booleans(column), "no boolean")


def read_booleans(column: pd.Series) -> pd.Series:
    return text(column).str.lower().map(WORDS).astype("float64")


def dates(column: pd.Series, form: str | None = None) -> pd.Series:
    """Dates without a zone: one that has a zone is taken to UTC. A missing value stays missing."""
    found = readable(column, read_dates(column, form), "empty or no date")
    return found.dt.tz_localize(None).dt.as_unit("ms")


def read_dates(column: pd.Series, form: str | None = None) -> pd.Series:
    found = pd.to_datetime(column, format=form or "mixed", errors="coerce", utc=True)
    if form and found.isna().any() and not pd.api.types.is_numeric_dtype(column):
        # An answer and a request have ISO 8601, whatever the files of the source have.
        iso = pd.to_datetime(column, format="ISO8601", errors="coerce", utc=True)
        found = found.fillna(iso)
    return found


def readable(column: pd.Series, found: pd.Series, what: str) -> pd.Series:
    wrong = (found.isna() & column.notna()).to_numpy()
    if not wrong.any():
        return found
    row = int(wrong.argmax())
    first = f"row {row + 1}, {str(column.iloc[row])!r}, is the first"
    raise InputError(f"`{column.name}` is {what} in {wrong.sum()} rows: {first}")


def moments(column: pd.Series, form: str | None = None) -> pd.Series:
    """Dates, one in each row."""
    found = read_dates(column, form)
    if empty := int(found.isna().sum()):
        raise InputError(f"`{column.name}` is empty or no date in {empty} rows")
    return found.dt.tz_localize(None).dt.as_unit("ms")


WORDS = {"true": 1, "t": 1, "yes": 1, "y": 1, "1": 1, "false": 0, "f": 0, "no": 0, "n": 0, "0": 0}
KINDS = {"category": text, "number": numbers, "boolean": booleans, "date": dates, "text": text}
PERIODS = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "quarter": "%Y-Q", "year": "%Y"}


def labelled(spec: DataSpec, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows whose label has arrived."""
    return frame[frame[spec.target].notna()]


def periods(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """The period of each row, as text that sorts; without a time column all rows are `all`."""
    if spec.time is None:
        return pd.Series("all", index=frame.index)
    days = frame[spec.time.column].dt.normalize()
    each = days.drop_duplicates()  # days are few, and to write one is slow
    names = each.dt.strftime(PERIODS[spec.time.period])
    if spec.time.period == "quarter":
        names += each.dt.quarter.astype("str")
    return days.map(dict(zip(each, names, strict=True))).astype("str")


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
    units = days(spec, frame)
    held = units.map({unit: held_back(unit) for unit in units.unique()}).astype(bool)
    return frame[~held], frame[held]


def days(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """What is held back whole: the day of each row, or its key where rows have no time."""
    return (frame[spec.time.column].dt.date if spec.time else frame[spec.key]).astype(str)


def recent(spec: DataSpec, frame: pd.DataFrame, window: int) -> pd.DataFrame:
    """The rows of the newest `window` days that have any; all where rows have no time."""
    if spec.time is None or frame.empty:
        return frame
    found = frame[spec.time.column].dt.normalize()
    return frame[found.isin(found.drop_duplicates().nlargest(window))]


def span(spec: DataSpec, frame: pd.DataFrame) -> str | None:
    """The first and the last day of the rows, in words."""
    if frame.empty or spec.time is None:
        return None if frame.empty else "all"
    found = days(spec, frame)
    return f"{found.min()} to {found.max()}"


def held_back(unit: str) -> bool:
    return hashlib.sha256(unit.encode()).digest()[0] % FOLDS == 0


def digest(frame: pd.DataFrame) -> str:
    """sha256 of the rows, in their order."""
    rows = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    return hashlib.sha256(rows.tobytes()).hexdigest()
