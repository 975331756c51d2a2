"""The lines of the prediction log, and the rows that they are as declared."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import Field, ValidationError

from ..dates import IsoDate
from ..schema import cast_columns, coerce_numbers, invalid_rows, parse_dates, row_columns
from ..spec import PREDICTION, PROBABILITY, DataSpec, FrozenModel
from ..storage import sha256
from ..values import as_text
from .files import list_files

# The columns of the log next to those of a row and its prediction. No data set has such names.
AT, RELEASE, VERSION = "log.at", "log.release", "log.version"
BATCH = 50_000  # lines
Values = dict[str, str | int | float | bool | None]


class Line(FrozenModel, extra="ignore"):
    """A line of the log."""

    at: IsoDate
    release: str
    version: Annotated[int, Field(ge=0, lt=2**63)]
    row: Values
    prediction: Values


@dataclass(frozen=True)
class Skipped:
    """A line that cannot be read, or that is not as declared."""

    place: str
    content: bytes


@dataclass(frozen=True)
class Batch:
    """Lines as declared rows, in their order, and the other lines."""

    rows: pd.DataFrame
    skipped: list[Skipped]


def read_lines(
    skipped: list[str], folder: str = "predictions", line_type: type[Line] = Line
) -> Iterator[Line]:
    """The lines of the JSON files but those that cannot be read; adds their places to `skipped`."""
    for place, content in each_line(list_files(folder).lines):
        try:
            yield line_type.model_validate_json(content)
        except ValidationError:
            skipped.append(place)


def each_line(files: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """(place, content) of each line.

    The end of a file without a line break is no line: a server was killed while it wrote it.
    """
    for file in files:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.endswith(b"\n"):
                    yield f"{file}, line {number}", line


def read_batches(
    spec: DataSpec, files: Iterable[Path], line_type: type[Line] = Line
) -> Iterator[Batch]:
    """The lines of JSON files."""
    every = each_line(files)
    while lines := list(islice(every, BATCH)):
        read, readable, skipped = [], [], []
        for place, content in lines:
            try:
                read.append(line_type.model_validate_json(content))
                readable.append(Skipped(place, content))
            except ValidationError:
                skipped.append(Skipped(place, content))
        table = to_exact_table(spec, read)
        origin = {AT: [line.at for line in read], RELEASE: [line.release for line in read]}
        table = table.assign(**origin, **{VERSION: [line.version for line in read]})
        yield to_batch(spec, table, readable, skipped)


def to_exact_table(spec: DataSpec, lines: list[Line]) -> pd.DataFrame:
    """Rows and predictions. Keys and entities stay as logged: pandas rounds integers at a gap."""
    table = pd.DataFrame([line.row | line.prediction for line in lines], dtype="object")
    columns = {}
    for name in table:
        with suppress(OverflowError):  # an integer that is no float
            columns[name] = table[name].infer_objects()
            if name in (spec.key, spec.entity) and columns[name].dtype.kind == "f":
                del columns[name]
    return table.assign(**columns)


def to_batch(
    spec: DataSpec, table: pd.DataFrame, lines: list[Skipped], skipped: list[Skipped]
) -> Batch:
    """The rows that are as declared; the lines of all others are skipped too."""
    table = add_columns(spec, table)
    invalid = find_invalid(spec, table)
    wrong = [line for line, is_wrong in zip(lines, invalid, strict=True) if is_wrong]
    rows = table[~invalid]
    return Batch(cast_rows(spec, rows) if len(rows) else pd.DataFrame(), skipped + wrong)


def add_columns(spec: DataSpec, table: pd.DataFrame) -> pd.DataFrame:
    """All declared columns, with the time of a prediction where the row has no time."""
    # Declared after a prediction was made, or left out by the client.
    names = {*spec.features, PREDICTION, *([spec.time.column] if spec.time else [])}
    table = table.assign(**dict.fromkeys(sorted(names - set(table))))
    if spec.time:
        table[spec.time.column] = table[spec.time.column].fillna(table[AT])
    return table


def find_invalid(spec: DataSpec, table: pd.DataFrame) -> pd.Series:
    """Which rows are not as declared, have no key or no prediction."""
    invalid = invalid_rows(spec, table) | table[PREDICTION].isna()
    if not spec.is_classification:
        invalid |= coerce_numbers(table[PREDICTION]).isna()
    if not spec.has_hash_key:
        keys = table.get(spec.key)
        invalid |= True if keys is None else keys.isna()
    return invalid


def cast_rows(spec: DataSpec, table: pd.DataFrame) -> pd.DataFrame:
    """Rows as declared. A column that is not declared any more is kept as text."""
    if spec.time:
        column = spec.time.column
        table = table.assign(**{column: parse_dates(table[column], nullable=False)})
    rows = cast_columns(spec, table, labels=False)
    numbers = {name for name in rows if is_prediction(spec, name)}
    declared = {*row_columns(spec), AT, RELEASE, VERSION} | numbers
    others = [name for name in rows if rows[name].dtype == object or name not in declared]
    texts = {name: as_text(rows[name]) for name in others}
    if spec.is_classification:
        numbers.remove(PREDICTION)
        texts[PREDICTION] = rows[PREDICTION].astype("str")
    texts[spec.key] = as_text(rows[spec.key])
    return rows.assign(**texts | {name: coerce_numbers(rows[name]) for name in numbers})


def is_prediction(spec: DataSpec, name: str) -> bool:
    """Whether a column of the log is a part of the prediction."""
    is_probability = name.startswith(PROBABILITY) and name not in spec.all_columns
    return is_probability or name == PREDICTION


def layout_digest(spec: DataSpec) -> str:
    """Changes when the same lines would be other rows."""
    features = {name: (each.type, each.format) for name, each in spec.features.items()}
    facts = (features, row_columns(spec), spec.key, spec.task, spec.time and spec.time.format)
    return sha256(json.dumps(facts, default=str).encode())[:8]
