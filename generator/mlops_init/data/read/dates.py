"""Detects the format of the dates in a column."""

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from .sql import fetch_row, fetch_rows, to_date

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLE = 1000  # cells that are tried before all cells are counted
DAYS = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y%m%d", "%b %d %Y")
FORMATS = (*DAYS, *(f"{day} {time}" for day in DAYS for time in ("%H:%M", "%H:%M:%S")))


def detect_date_format(database: "DuckDBPyConnection", cell: str, filled: int) -> str | None:
    """The format of every cell. If several fit, the one that keeps the rows in order of time."""
    query = f"SELECT {cell} FROM cells WHERE {cell} IS NOT NULL LIMIT {SAMPLE}"
    sample = [str(row[0]) for row in fetch_rows(database, query)]
    # A few cells rule out most formats, which saves the rest of the work.
    possible = [form for form in FORMATS if all(_parse(text, form) for text in sample[:50])]
    possible = [form for form in possible if all(_parse(text, form) for text in sample)]
    for form in sorted(possible, key=lambda form: _count_steps_back(sample, form)):
        parsed = fetch_row(database, f"SELECT count({to_date(cell, form)}) FROM cells")
        if parsed == (filled,) and _is_plausible(sample[0], form):
            return form
    return None


def _parse(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _is_plausible(text: str, form: str) -> bool:
    """Eight digits may be a number: only as a recent year they are a date."""
    if form != "%Y%m%d":
        return True
    date = _parse(text, form)
    return date is not None and len(text) == 8 and 1900 <= date.year <= 2100


def _count_steps_back(sample: list[str], form: str) -> int:
    """How many cells are earlier than the cell before them."""
    dates = [_parse(text, form) or datetime.min for text in sample]
    return sum(later < earlier for earlier, later in pairwise(dates))
