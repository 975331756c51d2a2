"""Finds columns whose values have one row at each time, or rows that are numbered 1, 2, 3."""

import re
from itertools import combinations, product
from typing import TYPE_CHECKING

from ..read.column import Column
from ..read.sql import fetch_row
from .names import is_called_entity, is_called_identifier

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAX_PARTS_OF_TIME = 31
PARTS_OF_TIME = (
    *("hour", "hr", "minute", "min", "second", "sec", "interval", "period", "time"),
    *("day", "dayofyear", "doy", "yday", "weekday", "week", "month", "quarter", "season"),
)
TIME_OF_DAY = re.compile(r"\d?\d[.:h]\d\d([.:]\d\d)?( ?[APap][Mm])?")
MIN_PANEL_ROWS = 3  # per entity
MIN_ENTITIES = 20  # where rows have no date: fewer values are those of a factor
MIN_SERIES = 20  # numbered rows of each value, from which on a few values are entities, too
MIN_FEW_ENTITIES = 5
ESTIMATED = 0.1  # many values are not counted exactly
MIN_COMPLETE = 0.8  # numbers are entities if so many of them have a row at each time
MIN_COMBINED = 0.5  # of the rows that a combination of columns would have at all times
MAX_LEVELS = 6  # columns that may form a combination


def find_panels(
    database: "DuckDBPyConnection", columns: list[Column], counters: list[Column]
) -> dict[str, str]:
    """Each column with the time, or with the column that numbers the rows of each value."""
    return {
        column.name: counter.name
        for column, counter in product(columns, counters)
        if column != counter and _is_panel(database, column, counter)
    }


def find_combination(
    database: "DuckDBPyConnection", columns: list[Column], time: Column
) -> tuple[Column, ...]:
    """Two or three columns that together have one row at each time, as a file orders them."""
    levels = [each for each in columns if each.kind == "text" or may_number_entities(each)]
    for count in (2, 3):
        for some in combinations(levels[:MAX_LEVELS], count):
            if _is_combination(database, time, some):
                return some
    return ()


def _is_combination(
    database: "DuckDBPyConnection", time: Column, columns: tuple[Column, ...]
) -> bool:
    cells = ", ".join(column.cell for column in columns)
    query = (
        f"SELECT count(DISTINCT ({cells}, {time.cell})), count(DISTINCT ({cells})), "
        f"count(DISTINCT {time.cell}) FROM cells"
    )
    rows, combined, times = fetch_row(database, query)
    is_repeated = rows == time.rows and time.rows / combined >= MIN_PANEL_ROWS
    return bool(is_repeated and time.rows / (combined * times) >= MIN_COMBINED)


def list_counters(columns: list[Column]) -> list[Column]:
    """Columns that may number the rows of an entity: 1, 2, 3, with a value in each row."""
    return [
        each
        for each in columns
        if (each.kind, each.is_whole, each.filled) == ("number", True, each.rows)
        and each.distinct >= MIN_PANEL_ROWS
        and abs(each.max - each.min + 1 - each.distinct) <= ESTIMATED * each.distinct
    ]


def may_number_entities(column: Column) -> bool:
    """Whether its whole numbers are no part of a time, such as the hours of a day."""
    is_named = is_called_entity(column.name) or is_called_identifier(column.name)
    is_large = column.distinct > MAX_PARTS_OF_TIME and not is_part_of_time(column)
    return column.kind == "number" and column.is_whole and (is_named or is_large)


def is_part_of_time(column: Column) -> bool:
    values = [value for value, _ in column.values] if column.kind == "text" else []
    is_time_of_day = bool(values) and all(map(TIME_OF_DAY.fullmatch, values))
    return is_time_of_day or column.name_has(*PARTS_OF_TIME)


def _is_panel(database: "DuckDBPyConnection", column: Column, counter: Column) -> bool:
    """Whether each value has at most one row at each time, and most times have several rows."""
    if column.rows / column.distinct < MIN_PANEL_ROWS:
        return False
    if column.kind == "text" and is_part_of_time(column):
        return False
    if column.kind != "text" and not may_number_entities(column):
        return False
    is_time = counter.kind == "date"
    if not is_time and not _has_enough_entities(column, counter):
        return False
    query = (
        f"SELECT count(DISTINCT ({column.cell}, {counter.cell})), "
        f"count(DISTINCT {counter.cell}) FROM cells"
    )
    pairs, times = fetch_row(database, query)
    if not is_time and times != counter.max - counter.min + 1:
        return False
    complete = column.rows / (column.distinct * times)
    is_named = (is_time and column.kind == "text") or complete >= MIN_COMPLETE
    return bool(pairs == column.rows and times < column.rows / 2 and is_named)


def _has_enough_entities(column: Column, counter: Column) -> bool:
    """Whether there are more values than numbers, or long series of a few."""
    if column.distinct > max(MIN_ENTITIES, counter.distinct):
        return True
    is_series = counter.distinct >= MIN_SERIES and not is_called_entity(counter.name)
    return is_series and column.distinct >= MIN_FEW_ENTITIES
