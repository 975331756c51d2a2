"""Finds the series in the data: columns of which each value has one row per time."""

from itertools import combinations
from typing import TYPE_CHECKING

from ..decision import ColumnDecision
from ..read.column import Column
from ..read.sql import fetch_row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAX_COLUMNS = 20  # that may form groups
MAX_PARTS = 6  # that are combined in pairs
MAX_NUMBERS = 31  # values of a whole number that may form groups, such as a day
SAMPLE = 100_000  # rows of whole times
UNIQUE = 0.99  # share of the rows: a few may be doubled


def list_group_columns(columns: tuple[ColumnDecision, ...]) -> list[Column]:
    """The columns that may form groups: the entity first, then those with few values."""
    entities = [each.column for each in columns if each.use == "entity"]
    others = [each for each in columns if each.use == "feature"]
    words = [each.column for each in others if each.type in ("category", "boolean")]
    numbers = [each.column for each in others if each.type == "number"]
    small = [each for each in numbers if each.is_whole and each.distinct <= MAX_NUMBERS]
    return [*entities, *words, *small][:MAX_COLUMNS]


def find_series(
    database: "DuckDBPyConnection", time: Column, columns: list[Column]
) -> tuple[Column, ...] | None:
    """The fewest columns of which each value has one row per time; None if there are none."""
    pairs = combinations(columns[:MAX_PARTS], 2)
    for series in [(), *((each,) for each in columns), *pairs]:
        if _has_one_row_per_time(database, time, series):
            return series
    return None


def _has_one_row_per_time(
    database: "DuckDBPyConnection", time: Column, series: tuple[Column, ...]
) -> bool:
    cells = ", ".join((time.cell, *(each.cell for each in series)))
    every = max(1, time.rows // SAMPLE)
    query = f"SELECT count(DISTINCT ({cells})), count(*) FROM cells WHERE hash({time.cell})"
    pairs, rows = fetch_row(database, f"{query} % {every} = 0")
    return bool(pairs >= UNIQUE * rows)
