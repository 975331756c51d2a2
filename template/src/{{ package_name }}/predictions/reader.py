"""Reads the prediction log as a table."""

import logging
from collections.abc import Iterator

import pandas as pd
from pydantic import ValidationError

from ..dates import IsoDate
from ..formatting import format_count
from ..schema import as_text, cast_columns, coerce_numbers, invalid_rows, parse_dates
from ..settings import var
from ..spec import PREDICTION, DataSpec, FrozenModel

# The columns of the log next to those of a row and its prediction. No data set has such names.
AT, RELEASE, VERSION = "log.at", "log.release", "log.version"
Values = dict[str, str | int | float | bool | None]


class Line(FrozenModel, extra="ignore"):
    """A line of the log."""

    at: IsoDate
    release: str
    version: int
    row: Values
    prediction: Values


def load_predictions(
    spec: DataSpec, folder: str = "predictions", line_type: type[Line] = Line
) -> pd.DataFrame:
    """The first logged prediction of each key with its row, oldest first; empty without a log.

    Lines that cannot be read and rows that are not as declared are skipped; a warning names them.
    """
    skipped: list[str] = []
    lines = list(read_lines(skipped, folder, line_type))
    logged = to_table(spec, lines)
    invalid = find_invalid(spec, logged)
    skipped += [f"the prediction of {at}" for at in logged[AT][invalid]]
    if skipped:
        count = format_count(len(skipped), "line")
        logging.warning("%s of the prediction log skipped, first %s", count, skipped[0])
    logged = logged[~invalid]
    if logged.empty:
        return pd.DataFrame()
    if spec.time:
        logged[spec.time.column] = parse_dates(logged[spec.time.column], nullable=False)
    logged = cast_columns(spec, logged, labels=False)
    logged[spec.key] = as_text(logged[spec.key])
    first = logged.sort_values(AT, kind="stable").drop_duplicates(spec.key)
    return first.reset_index(drop=True)


def read_lines(
    skipped: list[str], folder: str = "predictions", line_type: type[Line] = Line
) -> Iterator[Line]:
    """All lines of the log but those that cannot be read, whose places are added to `skipped`.

    The end of a file without a line break is no line: a server was killed while it wrote it.
    """
    files = (file for file in var(folder).glob("*.jsonl") if file.is_file())
    for file in sorted(files):
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    if line.endswith(b"\n"):
                        yield line_type.model_validate_json(line)
                except ValidationError:
                    skipped.append(f"{file}, line {number}")


def to_table(spec: DataSpec, lines: list[Line]) -> pd.DataFrame:
    """The lines as they are, with the time of a prediction where the row has no time."""
    table = pd.DataFrame([line.row | line.prediction for line in lines])
    table[AT] = [line.at for line in lines]
    table[RELEASE] = [line.release for line in lines]
    table[VERSION] = [line.version for line in lines]
    # Declared after a prediction was made, or left out by the client.
    names = {*spec.features, PREDICTION, *([spec.time.column] if spec.time else [])}
    table = table.assign(**dict.fromkeys(names - set(table)))
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
