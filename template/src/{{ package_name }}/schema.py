"""What a row is: how each declared column is read, for files, requests and the log."""

import difflib

import pandas as pd

from .errors import InputError
from .spec import DataSpec

BOOLEAN_WORDS = {
    "true": 1,
    "t": 1,
    "yes": 1,
    "y": 1,
    "1": 1,
    "false": 0,
    "f": 0,
    "no": 0,
    "n": 0,
    "0": 0,
}


def cast_columns(spec: DataSpec, frame: pd.DataFrame, *, labels: bool = True) -> pd.DataFrame:
    """The frame as declared: numbers and booleans as float64, dates, all else as text.

    With `labels` target, key and time must be there; without them features are enough.
    """
    kinds = {name: PARSERS[feature.type] for name, feature in spec.features.items()}
    kinds |= {spec.entity: as_text} if spec.entity and spec.entity in frame else {}
    if labels:
        kinds |= {spec.target: as_text if spec.is_classification else parse_numbers}
        kinds |= {} if spec.has_hash_key else {spec.key: as_text}
    for name in kinds:
        require_column(frame, name)
    forms = {name: spec.features[name].format for name in spec.columns("date")}
    columns = {
        name: parse_dates(frame[name], forms[name]) if name in forms else convert(frame[name])
        for name, convert in kinds.items()
    }
    if spec.time and (labels or spec.time.column in frame):
        require_column(frame, spec.time.column)
        read = parse_required_dates if labels else parse_dates
        columns[spec.time.column] = read(frame[spec.time.column], spec.time.format)
    # Not `assign`: of hundreds of columns it makes as many blocks, and pandas warns of it.
    whole = {name: columns.get(name, frame[name]) for name in frame}
    frame = pd.DataFrame(whole, index=frame.index)
    return frame.assign(**{spec.key: hash_rows(spec, frame)}) if spec.has_hash_key else frame


def hash_rows(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """The key of typed rows that have none: equal rows are one row, asked for or labelled."""
    names = [*spec.features, *([spec.time.column] if spec.time else [])]
    said = frame[[name for name in names if name in frame]]
    hashes = pd.util.hash_pandas_object(said.reset_index(drop=True), index=False)
    return pd.Series([f"{each:016x}" for each in hashes], index=frame.index, dtype="str")


def require_column(frame: pd.DataFrame, name: str) -> None:
    if name not in frame:
        near = difflib.get_close_matches(name, [str(column) for column in frame.columns], n=1)
        hint = f"did you mean {near[0]}?" if near else "change conf/data.yml or the data"
        raise InputError(f"conf/data.yml names `{name}`, which is no column of the data: {hint}")


def parse_numbers(column: pd.Series) -> pd.Series:
    try:
        return column.astype("float64")
    except (ValueError, TypeError):
        return check_parsed(column, pd.to_numeric(column, errors="coerce"), "no number")


def as_text(column: pd.Series) -> pd.Series:
    """Words; 1 and 1.0 are one word, whether or not another value is missing."""
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    return column.astype("str")


def parse_booleans(column: pd.Series) -> pd.Series:
    """1.0 and 0.0; a missing value stays missing."""
    return check_parsed(column, coerce_booleans(column), "no boolean")


def coerce_booleans(column: pd.Series) -> pd.Series:
    return as_text(column).str.lower().map(BOOLEAN_WORDS).astype("float64")


def parse_dates(column: pd.Series, form: str | None = None) -> pd.Series:
    """Dates without a zone: one that has a zone is taken to UTC. A missing value stays missing."""
    found = check_parsed(column, coerce_dates(column, form), "empty or no date")
    return found.dt.tz_localize(None).dt.as_unit("ms")


def coerce_dates(column: pd.Series, form: str | None = None) -> pd.Series:
    found = pd.to_datetime(column, format=form or "mixed", errors="coerce", utc=True)
    if form and found.isna().any() and not pd.api.types.is_numeric_dtype(column):
        # An answer and a request have ISO 8601, whatever the files of the source have.
        iso = pd.to_datetime(column, format="ISO8601", errors="coerce", utc=True)
        found = found.fillna(iso)
    return found


def check_parsed(column: pd.Series, found: pd.Series, what: str) -> pd.Series:
    wrong = (found.isna() & column.notna()).to_numpy()
    if not wrong.any():
        return found
    row = int(wrong.argmax())
    first = f"row {row + 1}, {str(column.iloc[row])!r}, is the first"
    raise InputError(f"`{column.name}` is {what} in {wrong.sum()} rows: {first}")


def parse_required_dates(column: pd.Series, form: str | None = None) -> pd.Series:
    """Dates, one in each row."""
    found = coerce_dates(column, form)
    if empty := int(found.isna().sum()):
        raise InputError(f"`{column.name}` is empty or no date in {empty} rows")
    return found.dt.tz_localize(None).dt.as_unit("ms")


PARSERS = {
    "category": as_text,
    "number": parse_numbers,
    "boolean": parse_booleans,
    "date": parse_dates,
    "text": as_text,
}
