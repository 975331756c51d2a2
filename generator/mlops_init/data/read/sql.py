"""SQL expressions that read a cell. In the table, every cell is text."""

import re
from typing import TYPE_CHECKING, Any

from .date_formats import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def quote_text(text: str) -> str:
    """A text in SQL quotes."""
    return "'" + text.replace("'", "''") + "'"


def matches_word(cell: str, words: list[str]) -> str:
    """Whether a cell is one of these words. Not `IN`, which DuckDB makes a join of each column."""
    pattern = "|".join(map(re.escape, words))
    return matches_pattern(cell, pattern)


def matches_pattern(cell: str, pattern: str) -> str:
    """Whether a whole cell matches a regular expression."""
    return f"regexp_full_match({cell}, {quote_text(pattern)})"


def to_number(cell: str) -> str:
    """The number in a cell; NULL if it holds none."""
    return f"TRY_CAST({cell} AS DOUBLE)"


# Formats of dates that strftime codes cannot describe. A generated project knows the same words.
DATE_WORDS = {
    "quarter": "CASE WHEN regexp_full_match({0}, '[0-9]{{4}}[- ]?[Qq][1-4]') THEN TRY_CAST("
    "left({0}, 4) || '-' || (3 * CAST(right({0}, 1) AS INT) - 2) || '-01' AS TIMESTAMP) "
    "WHEN regexp_full_match({0}, '[Qq][1-4][- /]?[0-9]{{4}}') THEN TRY_CAST("
    "right({0}, 4) || '-' || (3 * CAST({0}[2] AS INT) - 2) || '-01' AS TIMESTAMP) END",
    "week": "TRY_STRPTIME(left({0}, 4) || ' ' || right({0}, 2) || ' 1', '%G %V %u')",
    "epoch_s": "make_timestamp(CAST(TRY_CAST({0} AS DOUBLE) * 1e6 AS BIGINT))",
    "epoch_ms": "make_timestamp(CAST(TRY_CAST({0} AS DOUBLE) * 1e3 AS BIGINT))",
    "epoch_us": "make_timestamp(CAST(TRY_CAST({0} AS DOUBLE) AS BIGINT))",
    "epoch_ns": "make_timestamp(CAST(TRY_CAST({0} AS DOUBLE) / 1e3 AS BIGINT))",
    "excel": "make_timestamp(CAST((TRY_CAST({0} AS DOUBLE) - 25569) * 86400 * 1e6 AS BIGINT))",
}
# The same pattern as in dates.py of a generated project, with the years that a project accepts.
YEAR = r"(1[7-9]|2[01])\d\d"
ISO_DATE = YEAR + r"-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d(:?\d\d)?)?)?"


def to_date(cell: str, date_format: str | None) -> str:
    """The date in a cell, as ISO 8601 without a format; NULL if it holds none."""
    if date_format is None:
        # The first condition is cheap and rules out most cells.
        is_iso = f"{cell} LIKE '____-__-__%' AND regexp_full_match({cell}, '{ISO_DATE}')"
        # As a project does: a time without a zone is in UTC, the others are converted to it.
        time = f"make_timestamp(epoch_us(TRY_CAST(upper({cell}) AS TIMESTAMPTZ)))"
        return f"CASE WHEN {is_iso} THEN {time} END"
    date = f"CAST(TRY_STRPTIME({cell}, {quote_text(date_format)}) AS TIMESTAMP)"
    if date_format in DATE_WORDS:
        date = DATE_WORDS[date_format].format(cell)
    years = f"TIMESTAMP '{FIRST_YEAR}-01-01' AND TIMESTAMP '{LAST_YEAR}-12-31 23:59:59.999999'"
    return f"CASE WHEN {date} BETWEEN {years} THEN {date} END"


def fetch_row(database: "DuckDBPyConnection", query: str) -> tuple[Any, ...]:
    """The only row of a query's result."""
    return tuple(database.execute(query).fetchone() or ())


def fetch_rows(database: "DuckDBPyConnection", query: str) -> list[tuple[Any, ...]]:
    return list(database.execute(query).fetchall())


def list_values(
    database: "DuckDBPyConnection", cell: str, limit: int, condition: str = "true"
) -> tuple[tuple[str, int], ...]:
    """(value, rows) of a column, the most frequent first."""
    query = (
        f"SELECT {cell}, count(*) AS n FROM cells WHERE {cell} IS NOT NULL AND {condition} "
        f"GROUP BY 1 ORDER BY n DESC, 1 LIMIT {limit}"
    )
    return tuple((str(value), int(rows)) for value, rows in fetch_rows(database, query))
