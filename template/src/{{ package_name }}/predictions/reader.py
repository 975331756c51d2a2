"""Reads the prediction log as a table."""

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd

from ..schema import as_text, cast_columns, parse_dates
from ..settings import var
from ..spec import DataSpec

# The columns of the log next to those of a row and its prediction. No data set has such names.
AT, RELEASE, VERSION = "log.at", "log.release", "log.version"


def load_predictions(spec: DataSpec) -> pd.DataFrame:
    """The first logged prediction of each key with its row, oldest first; empty without a log."""
    lines = list(read_lines())
    if not lines:
        return pd.DataFrame()
    logged = pd.DataFrame([line["row"] | line["prediction"] for line in lines])
    for column, name in {AT: "at", RELEASE: "release", VERSION: "version"}.items():
        logged[column] = [line[name] for line in lines]
    if spec.time:
        times = logged[spec.time.column] if spec.time.column in logged else logged[AT]
        logged[spec.time.column] = parse_dates(times.fillna(logged[AT]), nullable=False)
    for name in set(spec.features) - set(logged):
        logged[name] = None  # declared after the prediction was made
    logged = cast_columns(spec, logged, labels=False)
    logged[spec.key] = as_text(logged[spec.key])
    first = logged.sort_values(AT, kind="stable").drop_duplicates(spec.key)
    return first.reset_index(drop=True)


def read_lines() -> Iterator[dict[str, Any]]:
    """All lines of the log, except those that a killed server left incomplete."""
    files = (file for file in var("predictions").glob("*.jsonl") if file.is_file())
    for file in sorted(files):
        with file.open() as lines:
            yield from (json.loads(line) for line in lines if line.endswith("\n"))
