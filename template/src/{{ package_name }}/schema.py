"""What a row is: the type of each declared column in files, requests and the prediction log."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, create_model

from .errors import InputError
from .spec import DataSpec, Feature

if TYPE_CHECKING:  # a server with a compiled model never imports pandas
    import pandas as pd

Records = list[dict[str, Any]]
TRUE_WORDS, FALSE_WORDS = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")
BOOLEAN_WORDS = dict.fromkeys(TRUE_WORDS, 1.0) | dict.fromkeys(FALSE_WORDS, 0.0)


class StrictModel(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, populate_by_name=False)


class RowColumn(NamedTuple):
    """A column of a row: a name in COLUMN_TYPES, and whether every row must have a value."""

    type: str
    required: bool


class ColumnType(NamedTuple):
    """How a column is parsed in a table, and the type of its values in JSON."""

    parse: Callable[..., pd.Series]
    json_type: Any


def row_columns(spec: DataSpec) -> dict[str, RowColumn]:
    """The columns of a row that asks for a prediction, so all but the label."""
    columns = {} if spec.has_hash_key else {spec.key: RowColumn("key", True)}
    if spec.entity:
        columns[spec.entity] = RowColumn("entity", False)
    if spec.time:
        columns[spec.time.column] = RowColumn("time", False)
    for name, feature in spec.features.items():
        columns[name] = RowColumn(feature.type, not feature.nullable)
    return columns


def row_model(spec: DataSpec) -> type[BaseModel]:
    """A pydantic model of one row. Fields are numbered and aliased: a column may have any name."""
    fields: dict[str, Any] = {}
    for number, (name, column) in enumerate(row_columns(spec).items()):
        kind = COLUMN_TYPES[column.type].json_type
        required, optional = (kind, Field(alias=name)), (kind | None, Field(None, alias=name))
        fields[f"column_{number}"] = required if column.required else optional
    return create_model("Row", __base__=StrictModel, **fields)


def row_records(spec: DataSpec, frame: pd.DataFrame) -> Records:
    """Rows as a request holds them: the columns of `row_columns` that the frame has."""
    booleans = {name: frame[name].astype("boolean") for name in spec.columns("boolean")}
    names = [name for name in row_columns(spec) if name in frame]
    return to_records(frame.assign(**booleans)[names])


def to_records(frame: pd.DataFrame) -> Records:
    """Rows as JSON can hold them: no NaN, times in ISO 8601."""
    import pandas as pd

    # Not `to_json`: it shortens numbers, and a row that is sent must equal the row that was read.
    times = frame.select_dtypes("datetime").columns
    texts = {name: frame[name].map(pd.Timestamp.isoformat, na_action="ignore") for name in times}
    values = frame.assign(**texts).astype("object")
    return [
        {str(name): value for name, value in row.items()}
        for row in values.where(values.notna(), None).to_dict("records")
    ]


def cast_columns(spec: DataSpec, frame: pd.DataFrame, *, labels: bool = True) -> pd.DataFrame:
    """The frame as declared: numbers and booleans as float64, dates, all else as text.

    With `labels`, target, key and time are required; without, features are enough.
    """
    import pandas as pd

    parsers = column_parsers(spec, frame, labels)
    for name in parsers:
        require_column(frame, name)
    # Not `assign`: of hundreds of columns it makes as many blocks, and pandas warns about it.
    columns = {name: parsers.get(name, lambda column: column)(frame[name]) for name in frame}
    frame = pd.DataFrame(columns, index=frame.index)
    return frame.assign(**{spec.key: hash_rows(spec, frame)}) if spec.has_hash_key else frame


def column_parsers(
    spec: DataSpec, frame: pd.DataFrame, labels: bool
) -> dict[str, Callable[[pd.Series], pd.Series]]:
    """The parser of each column to cast. Undeclared columns are left as they are."""
    parsers = {name: feature_parser(feature) for name, feature in spec.features.items()}
    if spec.entity and spec.entity in frame:
        parsers.setdefault(spec.entity, as_text)
    if labels:
        parsers[spec.target] = as_text if spec.is_classification else parse_numbers
    if labels and not spec.has_hash_key:
        parsers[spec.key] = as_text
    if spec.time and (labels or spec.time.column in frame):
        parse = parse_required_dates if labels else parse_dates
        parsers[spec.time.column] = partial(parse, date_format=spec.time.format)
    return parsers


def feature_parser(feature: Feature) -> Callable[[pd.Series], pd.Series]:
    parse = COLUMN_TYPES[feature.type].parse
    return partial(parse, date_format=feature.format) if feature.type == "date" else parse


def hash_rows(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """The key of cast rows without a key column: identical rows have the same key."""
    import pandas as pd

    names = [*spec.features, *([spec.time.column] if spec.time else [])]
    columns = frame[[name for name in names if name in frame]]
    hashes = pd.util.hash_pandas_object(columns.reset_index(drop=True), index=False)
    return pd.Series([f"{number:016x}" for number in hashes], index=frame.index, dtype="str")


def require_column(frame: pd.DataFrame, name: str) -> None:
    if name not in frame:
        near = difflib.get_close_matches(name, [str(column) for column in frame.columns], n=1)
        hint = f"did you mean {near[0]}?" if near else "change conf/data.yml or the data"
        raise InputError(f"conf/data.yml names `{name}`, which is no column of the data: {hint}")


def parse_numbers(column: pd.Series) -> pd.Series:
    import pandas as pd

    try:
        return column.astype("float64")
    except (ValueError, TypeError):
        return check_parsed(column, pd.to_numeric(column, errors="coerce"), "no number")


def as_text(column: pd.Series) -> pd.Series:
    """Text; 1 and 1.0 become the same text, whether or not another value is missing."""
    if column.dtype.kind == "f" and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    return column.astype("str")


def parse_booleans(column: pd.Series) -> pd.Series:
    """1.0 and 0.0; a missing value stays missing."""
    return check_parsed(column, coerce_booleans(column), "no boolean")


def coerce_booleans(column: pd.Series) -> pd.Series:
    return as_text(column).str.lower().map(BOOLEAN_WORDS).astype("float64")


def parse_dates(column: pd.Series, date_format: str | None = None) -> pd.Series:
    """Dates without a zone: one with a zone is converted to UTC. A missing value stays missing."""
    dates = check_parsed(column, coerce_dates(column, date_format), "empty or no date")
    return dates.dt.tz_localize(None).dt.as_unit("ms")


def parse_required_dates(column: pd.Series, date_format: str | None = None) -> pd.Series:
    """Dates, one in each row."""
    dates = coerce_dates(column, date_format)
    if empty := int(dates.isna().sum()):
        raise InputError(f"`{column.name}` is empty or no date in {empty} rows")
    return dates.dt.tz_localize(None).dt.as_unit("ms")


def coerce_dates(column: pd.Series, date_format: str | None = None) -> pd.Series:
    import pandas as pd

    dates = pd.to_datetime(column, format=date_format or "mixed", errors="coerce", utc=True)
    if date_format and dates.isna().any() and column.dtype.kind not in "biuf":
        # A request has ISO 8601, whatever format the files of the source have.
        iso_dates = pd.to_datetime(column, format="ISO8601", errors="coerce", utc=True)
        dates = dates.fillna(iso_dates)
    return dates


def check_parsed(column: pd.Series, parsed: pd.Series, what: str) -> pd.Series:
    wrong = (parsed.isna() & column.notna()).to_numpy()
    if not wrong.any():
        return parsed
    row = int(wrong.argmax())
    first = f"row {row + 1}, {str(column.iloc[row])!r}, is the first"
    raise InputError(f"`{column.name}` is {what} in {wrong.sum()} rows: {first}")


COLUMN_TYPES = {
    "number": ColumnType(parse_numbers, float),
    "boolean": ColumnType(parse_booleans, bool),
    "date": ColumnType(parse_dates, datetime),
    "category": ColumnType(as_text, str),
    "text": ColumnType(as_text, str),
    "key": ColumnType(as_text, int | str),
    "entity": ColumnType(as_text, int | str),
    "time": ColumnType(parse_dates, datetime),
}
