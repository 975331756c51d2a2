"""In which format the cells of a column are dates."""

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from .dialect import literal

if TYPE_CHECKING:
    import duckdb

SAMPLE = 1000  # cells looked at before all are counted
DAYS = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y%m%d", "%b %d %Y")
FORMATS = (*DAYS, *(f"{day} {time}" for day in DAYS for time in ("%H:%M", "%H:%M:%S")))


def moment(cell: str, form: str | None) -> str:
    """A cell as a moment, in SQL; without a format ISO 8601."""
    return f"TRY_STRPTIME({cell}, {literal(form)})" if form else f"TRY_CAST({cell} AS TIMESTAMP)"


def format_of(database: "duckdb.DuckDBPyConnection", cell: str, filled: int) -> str | None:
    """The format in which all cells are dates; of two that fit, the one that keeps the order."""
    query = f"SELECT {cell} FROM cells WHERE {cell} IS NOT NULL LIMIT {SAMPLE}"
    sample = [str(row[0]) for row in database.execute(query).fetchall()]
    fitting = [form for form in FORMATS if all(_parsed(each, form) for each in sample[:50])]
    fitting = [form for form in fitting if all(_parsed(each, form) for each in sample)]
    for form in sorted(fitting, key=lambda form: _disorder(sample, form)):
        parsed = database.execute(f"SELECT count({moment(cell, form)}) FROM cells").fetchone()
        if parsed == (filled,) and _plausible(sample[0], form):
            return form
    return None


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _plausible(text: str, form: str) -> bool:
    """Eight digits may be a number: as a date they have a year of people's memory."""
    found = _parsed(text, form)
    return form != "%Y%m%d" or (found is not None and len(text) == 8 and 1900 <= found.year <= 2100)


def _disorder(sample: list[str], form: str) -> int:
    stamps = [_parsed(each, form) or datetime.min for each in sample]
    return sum(later < earlier for earlier, later in pairwise(stamps))
