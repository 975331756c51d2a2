"""Joins the columns year, month (or quarter), day, hour and minute of a table to one of times."""

from typing import TYPE_CHECKING

from ..numbers import format_count
from .column import Column
from .date_formats import FIRST_YEAR
from .sql import fetch_row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

QUARTERS = ("quarter", "qtr")  # a generated project has the same names in its dates.py
PARTS = (  # in this order, each with the names that a column of it may have
    ("year", "yr", "yyyy"),
    ("month", "mo", "mnth", *QUARTERS),
    ("day", "mday", "dayofmonth", "day_of_month"),
    ("hour", "hr"),
    ("minute",),
)
BIRTH_WORDS = ("birth", "birthday", "dob", "birthdate", "born")
MIN_LARGEST_DAY = 8  # up to 7 it may be the day of the week


def find_time_parts(
    database: "DuckDBPyConnection", columns: list[Column], target: str
) -> list[Column]:
    """The columns that give the time of each row together; none where one column holds dates.

    A year alone is no time yet.
    """
    if any(map(_is_date_of_row, columns)):
        return []
    by_name = {each.name.casefold(): each for each in columns if each.filled == each.rows}
    parts: list[Column] = []
    for names in PARTS:
        column = next((by_name[name] for name in names if name in by_name), None)
        if column is None or column.name == target or not _are_times(database, [*parts, column]):
            break
        parts.append(column)
        if _is_quarter(column):
            break
    return parts


def note_unused_part(
    database: "DuckDBPyConnection", columns: list[Column], parts: list[Column], target: str
) -> dict[str, str]:
    """The next column that could be a part of the time, and why it is none."""
    by_name = {each.name.casefold(): each for each in columns if each.name != target}
    candidates = [
        next((by_name[name] for name in names if name in by_name), None) for names in PARTS
    ]
    column = candidates[len(parts)] if len(parts) < len(PARTS) else None
    is_alone = not parts and not candidates[1]  # a year without a month
    if not column or is_alone or any(map(_is_date_of_row, columns)):
        return {}
    if parts and _is_quarter(parts[-1]):
        return {}
    time, (part, *_) = _make_time([*parts, column]), PARTS[len(parts)]
    part = "quarter" if _is_quarter(column) else part
    (wrong,) = fetch_row(
        database, f"SELECT count_if({time} IS NULL OR year({time}) < {FIRST_YEAR}) FROM cells"
    )
    reason = f"it is empty or no {part} in {format_count(wrong, 'row')}"
    if not wrong:
        reason = f"it is at most {MIN_LARGEST_DAY - 1}, as the day of a week is"
    return {column.name: f"{column.name} is no part of the time, because {reason}."}


def _is_quarter(column: Column) -> bool:
    return column.name.casefold() in QUARTERS


def _is_date_of_row(column: Column) -> bool:
    is_complete = column.kind == "date" and column.filled == column.rows
    return is_complete and not column.name_has(*BIRTH_WORDS)


def _are_times(database: "DuckDBPyConnection", parts: list[Column]) -> bool:
    """Whether these parts are a time in each row."""
    numbers = [f"TRY_CAST({part.cell} AS INTEGER)" for part in parts]
    query = f"SELECT count({_make_time(parts)}), count(*), min({numbers[0]}) FROM cells"
    valid, rows, first_year = fetch_row(database, query)
    if valid != rows or first_year < FIRST_YEAR:
        return False
    if len(parts) != 3:
        return True
    (day,) = fetch_row(database, f"SELECT max({numbers[2]}) FROM cells")
    return bool(day >= MIN_LARGEST_DAY)


def _make_time(parts: list[Column]) -> str:
    """The SQL expression of the time; NULL if there is no such time."""
    numbers = [_read_number(part) for part in parts]
    numbers += ["1", "1", "0", "0"][len(parts) - 1 :]
    # DuckDB takes the hour 24 for the next day; a project does not.
    return f"CASE WHEN {numbers[3]} < 24 THEN TRY(make_timestamp({', '.join(numbers)}, 0.0)) END"


def _read_number(part: Column) -> str:
    number = f"TRY_CAST({part.cell} AS INTEGER)"
    if not _is_quarter(part):
        return number
    return f"CASE WHEN {number} BETWEEN 1 AND 4 THEN 3 * {number} - 2 END"


def add_time(database: "DuckDBPyConnection", parts: list[Column], cell: str) -> None:
    """Add the column `cell` with the times as ISO 8601."""
    database.execute(f"ALTER TABLE cells ADD COLUMN IF NOT EXISTS {cell} VARCHAR")
    text = f"strftime({_make_time(parts)}, '%Y-%m-%dT%H:%M:%S')"
    database.execute(f"UPDATE cells SET {cell} = {text}")


def name_time(parts: list[Column], names: tuple[str, ...]) -> str:
    """`date`, or `time` if the hour is known; another name if a column has this one."""
    name = "time" if len(parts) > 3 else "date"
    taken = {each.casefold() for each in names}
    return next(each for each in (name, f"row_{name}", f"{name}_of_row") if each not in taken)
