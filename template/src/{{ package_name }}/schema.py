"""What a row is: the type of each declared column in files, requests and the prediction log."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from .dates import FIRST_YEAR, LAST_YEAR, IsoDate, join_parts, read_dates, read_durations
from .errors import InputError
from .spec import DataSpec, Feature
from .values import are_words, as_text, normalize_value, to_floats

if TYPE_CHECKING:  # a server with a compiled model never imports pandas
    import pandas as pd

Parser = Callable[..., "pd.Series"]
# Many estimators hold numbers in 32 bits, and the square of a larger one overflows.
MAX_NUMBER = 3.4e38
TRUE_WORDS = ("true", "t", "yes", "y", "1", "ja", "j", "oui", "si", "wahr")
FALSE_WORDS = ("false", "f", "no", "n", "0", "nein", "non", "falsch")
BOOLEAN_WORDS = dict.fromkeys(TRUE_WORDS, 1.0) | dict.fromkeys(FALSE_WORDS, 0.0)


def row_columns(spec: DataSpec) -> dict[str, tuple[str, bool]]:
    """The columns of a row to predict: (its type in COLUMN_TYPES, whether it must have a value)."""
    columns = {} if spec.has_hash_key else {spec.key: ("key", True)}
    columns |= {spec.entity: ("entity", False)} if spec.entity else {}
    columns |= {spec.time.column: ("time", bool(spec.time.calendar))} if spec.time else {}
    features = spec.features.items()
    return columns | {name: (feature.type, not feature.nullable) for name, feature in features}


def declared_range(feature: Feature) -> tuple[float, float]:
    """The smallest and the largest value of a number."""
    low = -MAX_NUMBER if feature.min is None else feature.min
    return low, MAX_NUMBER if feature.max is None else feature.max


def cast_columns(spec: DataSpec, frame: pd.DataFrame, *, labels: bool = True) -> pd.DataFrame:
    """The frame as declared. With `labels` target, key and time are required, not only features."""
    import pandas as pd

    frame = join_time(spec, frame)
    parsers = column_parsers(spec, frame, labels)
    cast = {name: parse(require_column(frame, name)) for name, parse in parsers.items()}
    # Not `assign`: of hundreds of columns it makes as many blocks, and pandas warns about it.
    frame = pd.DataFrame({**frame, **cast}, index=frame.index)
    return frame.assign(**{spec.key: hash_rows(spec, frame)}) if spec.has_hash_key else frame


def join_time(spec: DataSpec, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the column of the time, which files may have in parts."""
    if not spec.time or not spec.time.parts or spec.time.column in frame:
        return frame
    parts = {name: as_text(require_column(frame, name)) for name in spec.time.parts}
    return frame.assign(**{spec.time.column: join_parts(parts)})


def column_parsers(spec: DataSpec, frame: pd.DataFrame, labels: bool) -> dict[str, Parser]:
    """The parser of each column to cast. Undeclared columns are ignored."""
    parsers: dict[str, Parser] = {}
    if spec.entity and (spec.entity in frame or (labels and not spec.time)):
        parsers[spec.entity] = as_text
    for name, feature in spec.features.items():
        parse, _ = COLUMN_TYPES[feature.type]
        has_format = feature.type in ("date", "number")
        parsers[name] = partial(parse, value_format=feature.format) if has_format else parse
    if labels:
        parse_labels = partial(parse_classes, classes=spec.classes)
        parsers[spec.target] = parse_labels if spec.is_classification else parse_numbers
        parsers |= {} if spec.has_hash_key else {spec.key: as_text}
    if spec.time and (labels or spec.time.calendar or spec.time.column in frame):
        nullable = not (labels or spec.time.calendar)
        parse = partial(parse_dates, value_format=spec.time.format, nullable=nullable)
        parsers[spec.time.column] = parse
    return parsers


def mask_missing(spec: DataSpec, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without the words that mean a missing value, whatever file it comes from."""
    masked = {}
    for name in spec.all_columns:
        if name in frame:
            missing = are_words(frame[name], spec.missing_words(name))
            if missing.any():  # floats would not hold all whole numbers
                is_whole = frame[name].dtype.kind in "iu"
                column = frame[name].astype("object") if is_whole else frame[name]
                masked[name] = column.mask(missing)
    return frame.assign(**masked) if masked else frame


def invalid_rows(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """Which rows of a stored table hold a value that is not of its declared type."""
    import pandas as pd

    invalid = pd.Series(False, index=frame.index)
    for name, (kind, _) in row_columns(spec).items():
        if name in frame and kind in COERCE:  # the log holds numbers and ISO dates
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


def parse_numbers(column: pd.Series, value_format: str | None = None) -> pd.Series:
    return check_parsed(column, coerce_numbers(column, value_format), "no number")


def coerce_numbers(column: pd.Series, value_format: str | None = None) -> pd.Series:
    import pandas as pd

    if column.dtype.kind == "m" or value_format == "duration":
        numbers = read_durations(column)
    else:
        try:
            numbers = to_floats(column)
        except (ValueError, TypeError, OverflowError):
            numbers = pd.to_numeric(column.astype("str"), errors="coerce").astype("float64")
    return numbers.where(numbers.abs() <= MAX_NUMBER)


def parse_classes(column: pd.Series, classes: tuple[str, ...] = ()) -> pd.Series:
    """Labels as `classes` write them; InputError with the count of each that is not declared."""
    labels = coerce_classes(column, classes)
    unknown = as_text(column)[labels.isna() & column.notna()].value_counts()
    if unknown.empty:
        return labels
    words = ", ".join(f"{word!r} ({rows:,})" for word, rows in unknown.head(5).items())
    raise InputError(
        f"`{column.name}` has labels that conf/data.yml does not declare in "
        f"{unknown.sum():,} of {len(column):,} rows: {words}; correct them or add them to `classes`"
    )


def coerce_classes(column: pd.Series, classes: tuple[str, ...] = ()) -> pd.Series:
    labels = as_text(column)
    if not classes:
        return labels
    names = {normalize_value(name).casefold(): name for name in classes}
    return labels.str.casefold().map(names).astype("str")


def parse_booleans(column: pd.Series) -> pd.Series:
    return check_parsed(column, coerce_booleans(column), "no boolean")


def coerce_booleans(column: pd.Series) -> pd.Series:
    return as_text(column).str.lower().map(BOOLEAN_WORDS).astype("float64")


def parse_dates(
    column: pd.Series, value_format: str | None = None, nullable: bool = True
) -> pd.Series:
    """Dates without a zone: one with a zone is converted to UTC."""
    dates = coerce_dates(column, value_format)
    years = f"from {FIRST_YEAR} to {LAST_YEAR} in {value_format or 'ISO 8601'}"
    return check_parsed(column, dates, f"empty or no date {years}", nullable)


def coerce_dates(column: pd.Series, value_format: str | None = None) -> pd.Series:
    if column.dtype.kind != "M":
        return read_dates(as_text(column), value_format)
    dates = column.dt.tz_convert(None) if column.dt.tz else column
    return dates.dt.as_unit("ms").where(dates.dt.year.between(FIRST_YEAR, LAST_YEAR))


def check_parsed(
    column: pd.Series, parsed: pd.Series, problem: str, nullable: bool = True
) -> pd.Series:
    wrong = parsed.isna().to_numpy() & (column.notna().to_numpy() | (not nullable))
    if not wrong.any():
        return parsed
    row = int(wrong.argmax())
    number = getattr(column.index, "start", 0) + row + 1  # of a batch, the row in the file
    where = f"in {wrong.sum():,} of {len(column):,} rows; the first is row {number:,}"
    raise InputError(f"`{column.name}` is {problem} {where}: {str(column.iloc[row])!r}")


# A category of a request may be a JSON number, as a column of a file may hold numbers.
Word = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if isinstance(value, int | float) else value),
    AfterValidator(normalize_value),
    WithJsonSchema({"type": ["string", "number", "boolean"]}),
]
COLUMN_TYPES: dict[str, tuple[Parser, Any]] = {  # (parser of a table's column, type in JSON)
    "number": (parse_numbers, float),
    "boolean": (parse_booleans, bool),
    "date": (parse_dates, IsoDate),
    "category": (as_text, Word),
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
