"""Profiles a table: every row is counted, a few columns at a time, in a table on disk."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .column import Column, Profile
from .dates import detect_date_format
from .source import CSV, Source
from .sql import fetch_row, fetch_rows, to_date, to_number

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS_PER_QUERY = 40  # a wide table would make one query too long
MAX_VALUES = 60  # values that are listed with their rows
MAX_TEXTS = 10  # the same, of columns with more values than that
BOOLEANS = "('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n')"
ISO_DATE = r"\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{2}.*)?"


def profile_table(database: "DuckDBPyConnection", source: Source) -> Profile:
    """What each column of the table holds."""
    (rows,) = fetch_row(database, "SELECT count(*) FROM cells")
    decimal = _normalize_decimals(database, source)
    columns: list[Column] = []
    for start in range(0, len(source.names), COLUMNS_PER_QUERY):
        names = source.names[start : start + COLUMNS_PER_QUERY]
        columns += _classify_columns(database, names, start, rows)
    return Profile(source, rows, tuple(_add_details(database, each) for each in columns), decimal)


def _normalize_decimals(database: "DuckDBPyConnection", source: Source) -> str:
    """The decimal separator. A comma becomes a point in the table."""
    if source.kind not in CSV or source.dialect.delimiter == ",":
        return "."
    decimal = "."
    for position in range(len(source.names)):
        cell = f"c{position}"
        with_comma, all_numbers = fetch_row(
            database,
            f"SELECT count_if(regexp_full_match({cell}, '[+-]?[0-9]+,[0-9]+')), "
            f"count_if(NOT regexp_full_match({cell}, '[+-]?[0-9]+(,[0-9]+)?')) = 0 FROM cells",
        )
        if with_comma and all_numbers:
            decimal = ","
            database.execute(f"UPDATE cells SET {cell} = replace({cell}, ',', '.')")
    return decimal


def _classify_columns(
    database: "DuckDBPyConnection", names: tuple[str, ...], start: int, rows: int
) -> list[Column]:
    """The kinds of these columns, the first of which is number `start` of the table."""
    cells = [f"c{start + position}" for position in range(len(names))]
    expressions = [each for cell in cells for each in _list_counts(cell).values()]
    results = iter(fetch_row(database, f"SELECT {', '.join(expressions)} FROM cells"))
    columns = []
    for name, cell in zip(names, cells, strict=True):
        counts = {count: next(results) or 0 for count in _list_counts(cell)}
        columns.append(_classify_column(database, name, cell, rows, counts))
    return columns


def _list_counts(cell: str) -> dict[str, str]:
    """What is counted of a column, in SQL."""
    return {
        "filled": f"count({cell})",
        "distinct": f"approx_count_distinct({cell})",
        "numbers": f"count({to_number(cell)})",
        "whole_numbers": f"count_if(regexp_full_match({cell}, '[+-]?[0-9]+(\\.0+)?'))",
        "leading_zeros": f"count_if(regexp_full_match({cell}, '0[0-9]+'))",
        "booleans": f"count_if(lower({cell}) IN {BOOLEANS})",
        "words": f"avg(length({cell}) - length(replace({cell}, ' ', '')) + 1)",
        "iso_dates": f"count_if(regexp_full_match({cell}, '{ISO_DATE}'))",
    }


def _classify_column(
    database: "DuckDBPyConnection", name: str, cell: str, rows: int, counts: dict[str, Any]
) -> Column:
    filled, distinct, numbers = counts["filled"], counts["distinct"], counts["numbers"]
    column = Column(name, cell, "text", rows, filled, min(distinct, filled))
    column = replace(column, words_per_text=float(counts["words"]))
    if not filled:
        return replace(column, kind="empty")
    if counts["booleans"] == filled and distinct <= 2:
        return replace(column, kind="boolean")
    if counts["iso_dates"] == filled:
        parsed = fetch_row(database, f"SELECT count({to_date(cell, None)}) FROM cells")
        if parsed == (filled,):
            return replace(column, kind="date")
    if date_format := detect_date_format(database, cell, filled):
        return replace(column, kind="date", date_format=date_format)
    zeros = counts["leading_zeros"]
    if numbers == filled and zeros < max(1, 0.01 * filled):
        kind = "boolean" if _holds_zeros_and_ones(database, cell, distinct) else "number"
        return replace(column, kind=kind, is_whole=counts["whole_numbers"] == filled)
    column = replace(column, has_leading_zeros=zeros > 0, numeric_rows=numbers)
    if 0.8 * filled <= numbers < filled:
        column = replace(column, words_among_numbers=_list_words(database, cell))
    return column


def _holds_zeros_and_ones(database: "DuckDBPyConnection", cell: str, distinct: int) -> bool:
    if distinct > 3:
        return False
    rows = fetch_rows(database, f"SELECT DISTINCT {to_number(cell)} FROM cells")
    return {number for (number,) in rows} - {None} == {0.0, 1.0}


def _list_words(database: "DuckDBPyConnection", cell: str) -> tuple[tuple[str, int], ...]:
    """The most frequent cells that hold no number."""
    return _list_values(database, cell, 5, f"{to_number(cell)} IS NULL")


def _list_values(
    database: "DuckDBPyConnection", cell: str, limit: int, condition: str = "true"
) -> tuple[tuple[str, int], ...]:
    query = (
        f"SELECT {cell}, count(*) AS n FROM cells WHERE {cell} IS NOT NULL AND {condition} "
        f"GROUP BY 1 ORDER BY n DESC, 1 LIMIT {limit}"
    )
    return tuple((str(value), int(rows)) for value, rows in fetch_rows(database, query))


def _add_details(database: "DuckDBPyConnection", column: Column) -> Column:
    """The column with its range and its most frequent values, and exact where that matters."""
    if add_range := ADD_RANGE.get(column.kind):
        column = add_range(database, column)
    if column.kind != "empty" and column.distinct <= 2 * MAX_VALUES:
        values = _list_values(database, column.cell, limit=10 * MAX_VALUES)
        column = replace(column, distinct=len(values), values=values[:MAX_VALUES])
    elif column.kind == "text":
        column = replace(column, values=_list_values(database, column.cell, MAX_TEXTS))
    if column.distinct >= 0.9 * column.rows and column.filled == column.rows:
        (distinct,) = fetch_row(database, f"SELECT count(DISTINCT {column.cell}) FROM cells")
        column = replace(column, distinct=distinct, is_unique=distinct == column.rows)
    return column


def _add_number_range(database: "DuckDBPyConnection", column: Column) -> Column:
    value = column.sql_value
    query = (
        f"SELECT min({value}), max({value}), avg({value}), coalesce(stddev_pop({value}), 0), "
        f"approx_quantile({value}, [0.25, 0.5, 0.75]) FROM cells"
    )
    low, high, mean, deviation, quartiles = fetch_row(database, query)
    column = replace(column, min=low, max=high, mean=mean)
    return replace(column, standard_deviation=deviation, quartiles=tuple(quartiles))


def _add_date_range(database: "DuckDBPyConnection", column: Column) -> Column:
    value = column.sql_value
    query = f"SELECT min({value}), max({value}), count(DISTINCT CAST({value} AS DATE)) FROM cells"
    low, high, days = fetch_row(database, query)
    return replace(column, min=low, max=high, days=days)


ADD_RANGE: dict[str, Callable[["DuckDBPyConnection", Column], Column]] = {
    "number": _add_number_range,
    "date": _add_date_range,
}
