"""What a row is: the type of each declared column in files, requests and the prediction log."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, WithJsonSchema

from .errors import InputError
from .spec import DataSpec, Feature

if TYPE_CHECKING:  # a server with a compiled model never imports pandas
    import pandas as pd

Parser = Callable[..., "pd.Series"]
# Many estimators hold numbers in 32 bits, and the square of a larger one overflows.
MAX_NUMBER = 3.4e38
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?", re.I)
FIRST_YEAR, LAST_YEAR = 1700, 2199  # pandas holds somewhat more
TRUE_WORDS, FALSE_WORDS = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")
BOOLEAN_WORDS = dict.fromkeys(TRUE_WORDS, 1.0) | dict.fromkeys(FALSE_WORDS, 0.0)


def row_columns(spec: DataSpec) -> dict[str, tuple[str, bool]]:
    """The columns of a row to predict: (its type in COLUMN_TYPES, whether it must have a value)."""
    columns = {} if spec.has_hash_key else {spec.key: ("key", True)}
    columns |= {spec.entity: ("entity", False)} if spec.entity else {}
    columns |= {spec.time.column: ("time", False)} if spec.time else {}
    features = spec.features.items()
    return columns | {name: (feature.type, not feature.nullable) for name, feature in features}


def iso_date(text: str) -> str:
    """A date of a request, in UTC and without a zone; ValueError if it is not in ISO 8601."""
    if not ISO_DATE.fullmatch(text):
        raise ValueError("write a date in ISO 8601, for example 2024-08-20T09:30:00Z")
    date = datetime.fromisoformat(text.upper())
    # The year before the conversion to UTC: at the ends of the calendar that overflows.
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise ValueError(f"the year must be from {FIRST_YEAR} to {LAST_YEAR}")
    return (date.astimezone(UTC).replace(tzinfo=None) if date.tzinfo else date).isoformat()


IsoDate = Annotated[
    str,
    AfterValidator(iso_date),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": r"^(1[7-9]|2[01])\d\d-"}),
]


def declared_range(feature: Feature) -> tuple[float, float]:
    """The smallest and the largest value of a number."""
    low = -MAX_NUMBER if feature.min is None else feature.min
    return low, MAX_NUMBER if feature.max is None else feature.max


def cast_columns(spec: DataSpec, frame: pd.DataFrame, *, labels: bool = True) -> pd.DataFrame:
    """The frame as declared. With `labels` target, key and time are required, not only features."""
    import pandas as pd

    parsers = column_parsers(spec, frame, labels)
    cast = {name: parse(require_column(frame, name)) for name, parse in parsers.items()}
    # Not `assign`: of hundreds of columns it makes as many blocks, and pandas warns about it.
    frame = pd.DataFrame({**frame, **cast}, index=frame.index)
    return frame.assign(**{spec.key: hash_rows(spec, frame)}) if spec.has_hash_key else frame


def column_parsers(spec: DataSpec, frame: pd.DataFrame, labels: bool) -> dict[str, Parser]:
    """The parser of each column to cast. Undeclared columns are ignored."""
    parsers: dict[str, Parser] = {}
    if spec.entity and spec.entity in frame:
        parsers[spec.entity] = as_text
    for name, feature in spec.features.items():
        parse, _ = COLUMN_TYPES[feature.type]
        is_date = feature.type == "date"
        parsers[name] = partial(parse, date_format=feature.format) if is_date else parse
    if labels:
        parsers[spec.target] = as_text if spec.is_classification else parse_numbers
        parsers |= {} if spec.has_hash_key else {spec.key: as_text}
    if spec.time and (labels or spec.time.column in frame):
        parse = partial(parse_dates, date_format=spec.time.format, nullable=not labels)
        parsers[spec.time.column] = parse
    return parsers


def invalid_rows(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """Which rows of a stored table hold a value that is not of its declared type."""
    import pandas as pd

    invalid = pd.Series(False, index=frame.index)
    for name, (kind, _) in row_columns(spec).items():
        if name in frame and kind in COERCE:
            invalid |= COERCE[kind](frame[name]).isna() & frame[name].notna()
    return invalid


def hash_rows(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """The key of cast rows without a key column: identical rows have the same key."""
    import pandas as pd

    names = [*spec.features, *([spec.time.column] if spec.time else [])]
    columns = frame[[name for name in names if name in frame]]
    hashes = pd.util.hash_pandas_object(columns.reset_index(drop=True), index=False)
    return pd.Series([f"{number:016x}" for number in hashes], index=frame.index, dtype="str")


def require_column(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column; InputError with the most similar name if the frame does not have it."""
    if name in frame:
        return frame[name]
    near = difflib.get_close_matches(name, [str(column) for column in frame.columns], n=1)
    hint = f"did you mean {near[0]}?" if near else "change conf/data.yml or the data"
    raise InputError(f"conf/data.yml names `{name}`, which is no column of the data: {hint}")


def parse_numbers(column: pd.Series) -> pd.Series:
    return check_parsed(column, coerce_numbers(column), "no number")


def coerce_numbers(column: pd.Series) -> pd.Series:
    import pandas as pd

    try:
        numbers = column.astype("float64")
    except (ValueError, TypeError, OverflowError):
        numbers = pd.to_numeric(column.astype("str"), errors="coerce").astype("float64")
    return numbers.where(numbers.abs() <= MAX_NUMBER)


def as_text(column: pd.Series) -> pd.Series:
    """Text; 1 and 1.0 become the same text, whether or not another value is missing."""
    if column.dtype.kind == "f" and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    return column.astype("str")


def parse_booleans(column: pd.Series) -> pd.Series:
    return check_parsed(column, coerce_booleans(column), "no boolean")


def coerce_booleans(column: pd.Series) -> pd.Series:
    return as_text(column).str.lower().map(BOOLEAN_WORDS).astype("float64")


def parse_dates(
    column: pd.Series, date_format: str | None = None, nullable: bool = True
) -> pd.Series:
    """Dates without a zone: one with a zone is converted to UTC."""
    dates = coerce_dates(column, date_format)
    years = f"from {FIRST_YEAR} to {LAST_YEAR}"
    return check_parsed(column, dates, f"empty or no date {years}", nullable)


def coerce_dates(column: pd.Series, date_format: str | None = None) -> pd.Series:
    import pandas as pd

    dates = pd.to_datetime(column, format=date_format or "mixed", errors="coerce", utc=True)
    if date_format and dates.isna().any() and column.dtype.kind not in "biuf":
        # A request has ISO 8601, whatever format the files of the source have.
        dates = dates.fillna(pd.to_datetime(column, format="ISO8601", errors="coerce", utc=True))
    dates = dates.dt.tz_localize(None).dt.as_unit("ms")
    return dates.where(dates.dt.year.between(FIRST_YEAR, LAST_YEAR))


def check_parsed(
    column: pd.Series, parsed: pd.Series, problem: str, nullable: bool = True
) -> pd.Series:
    wrong = parsed.isna().to_numpy() & (column.notna().to_numpy() | (not nullable))
    if not wrong.any():
        return parsed
    row = int(wrong.argmax())
    count = f"in {wrong.sum():,} of {len(column):,} rows"
    first = f"the first is row {row + 1:,}: {str(column.iloc[row])!r}"
    raise InputError(f"`{column.name}` is {problem} {count}; {first}")


COLUMN_TYPES: dict[str, tuple[Parser, Any]] = {  # (parser of a table's column, type in JSON)
    "number": (parse_numbers, float),
    "boolean": (parse_booleans, bool),
    "date": (parse_dates, IsoDate),
    "category": (as_text, str),
    "text": (as_text, str),
    "key": (as_text, int | str),
    "entity": (as_text, int | str),
    "time": (parse_dates, IsoDate),
}
COERCE: dict[str, Parser] = {  # makes a value missing if it is not of the type
    "number": coerce_numbers,
    "boolean": coerce_booleans,
    "date": coerce_dates,
    "time": coerce_dates,
}
