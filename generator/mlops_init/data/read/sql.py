"""SQL expressions that read a cell. In the table, every cell is text."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def quote_text(text: str) -> str:
    """A text in SQL quotes."""
    return "'" + text.replace("'", "''") + "'"


def to_number(cell: str) -> str:
    """The number in a cell; NULL if it holds none."""
    return f"TRY_CAST({cell} AS DOUBLE)"


def to_date(cell: str, date_format: str | None) -> str:
    """The date in a cell, as ISO 8601 without a format; NULL if it holds none."""
    if date_format is None:
        return f"TRY_CAST({cell} AS TIMESTAMP)"
    return f"TRY_STRPTIME({cell}, {quote_text(date_format)})"


def fetch_row(database: "DuckDBPyConnection", query: str) -> tuple[Any, ...]:
    """The only row of a query's result."""
    return tuple(database.execute(query).fetchone() or ())


def fetch_rows(database: "DuckDBPyConnection", query: str) -> list[tuple[Any, ...]]:
    return list(database.execute(query).fetchall())
