"""Profiles a table: every row is counted, a few columns at a time, in a table on disk."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...errors import RefusedError
from ..question import YOUR_CHOICE, Ask
from ..request import DataRequest
from .column import Column, Profile
from .dates import detect_date_format, note_century
from .durations import CODE, NAME_WORDS, duration_in_seconds, is_duration
from .mixed_dates import check_dates, describe_others
from .mixed_numbers import find_words
from .number_dates import detect_number_format
from .number_format import normalize_numbers
from .source import Source
from .sql import fetch_row, fetch_rows, list_values, matches_word, to_date, to_number
from .time_parts import add_time, find_time_parts, name_time, note_unused_part
from .unread_times import find_unread_time
from .words import BOOLEAN_PAIRS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS_PER_QUERY = 40  # a wide table would make one query too long
MAX_VALUES = 60  # values that are listed with their rows
MAX_TEXTS = 10  # the same, of columns with more values than that
BOOLEANS = [word for pair in BOOLEAN_PAIRS for word in pair]


def profile_table(
    database: "DuckDBPyConnection", source: Source, request: DataRequest, ask: Ask
) -> Profile:
    """What each column of the table holds."""
    (rows,) = fetch_row(database, "SELECT count(*) FROM cells")
    number_format, irregular = normalize_numbers(database, source, request.decimal, ask)
    columns: list[Column] = []
    for start in range(0, len(source.names), COLUMNS_PER_QUERY):
        names = source.names[start : start + COLUMNS_PER_QUERY]
        columns += _classify_columns(database, names, start, rows)
    columns = [find_words(database, source, each, irregular.get(each.cell)) for each in columns]
    columns = [_detect_dates(database, source, each, request, ask) for each in columns]
    columns = [_add_details(database, each) for each in columns]
    # A year may be an ordinary number, too. Nobody calls a number a date that is none.
    columns = [
        read_as_dates(database, each) if each.number_as_date not in (None, "%Y") else each
        for each in columns
    ]
    columns = _join_time(database, source, columns, request)
    columns = [
        replace(each, unread=find_unread_time(database, each)) if _may_be_unread(each) else each
        for each in columns
    ]
    return Profile(source, rows, tuple(columns), number_format)


def _may_be_unread(column: Column) -> bool:
    return column.kind in ("text", "number") and not column.problem


def _join_time(
    database: "DuckDBPyConnection", source: Source, columns: list[Column], request: DataRequest
) -> list[Column]:
    """With a column of times, if the table has their parts in several columns."""
    target = request.target.strip()
    parts = find_time_parts(database, columns, target)
    notes = note_unused_part(database, columns, parts, target)
    columns = [
        replace(each, notes=(*each.notes, notes[each.name])) if each.name in notes else each
        for each in columns
    ]
    if len(parts) < 2:
        return columns
    name, names = name_time(parts, source.names), tuple(part.name for part in parts)
    if request.time not in (None, name):
        return columns
    position = len(source.names)
    add_time(database, parts, f"c{position}")
    (column,) = _classify_columns(database, (name,), position, columns[0].rows)
    return [*columns, replace(_add_details(database, column), time_parts=names)]


def _detect_dates(
    database: "DuckDBPyConnection",
    source: Source,
    column: Column,
    request: DataRequest,
    ask: Ask,
) -> Column:
    """The column as dates, if it holds dates, also in another format than ISO 8601."""
    if requested := request.date_formats.get(column.name):
        parsed = fetch_row(database, f"SELECT count({to_date(column.cell, requested)}) FROM cells")
        if parsed != (column.filled,):
            others = describe_others(database, source, column, requested)
            raise RefusedError(f"--date-format {requested} does not fit: {others}")
        return replace(column, kind="date", date_format=requested, reading=YOUR_CHOICE)
    is_used_otherwise = request.types.get(column.name, "date") != "date"
    if is_used_otherwise or column.name in request.exclude:
        return column
    if column.kind not in ("text", "number"):
        return check_dates(database, source, column)
    found = detect_date_format(database, column, ask)
    if found is None:
        return check_dates(database, source, column)
    return replace(
        column,
        kind="date",
        date_format=found.format,
        reading=found.reason,
        notes=(*column.notes, *([found.note] if found.note else [])),
        words_among_numbers=(),
        number_like=(),
    )


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
        "booleans": f"count_if({matches_word(f'lower({cell})', BOOLEANS)})",
        "words": f"avg(length({cell}) - length(replace({cell}, ' ', '')) + 1)",
        "iso_dates": f"count({to_date(cell, None)})",
        "durations": f"count_if({is_duration(cell)})",
    }


def _classify_column(
    database: "DuckDBPyConnection", name: str, cell: str, rows: int, counts: dict[str, Any]
) -> Column:
    filled, distinct, numbers = counts["filled"], counts["distinct"], counts["numbers"]
    column = Column(name, cell, "text", rows, filled, min(distinct, filled))
    column = replace(column, words_per_text=float(counts["words"]))
    if not filled:
        return replace(column, kind="empty")
    if counts["booleans"] == filled and numbers < filled and _has_boolean_pair(database, cell):
        return replace(column, kind="boolean")
    if counts["iso_dates"] == filled:
        return replace(column, kind="date")
    if counts["durations"] == filled and not _may_be_codes(database, column):
        database.execute(f"UPDATE cells SET {cell} = {duration_in_seconds(cell)}")
        reading = "durations, in seconds"
        return replace(column, kind="number", number_format="duration", reading=reading)
    zeros = counts["leading_zeros"]
    if numbers == filled and zeros < max(1, 0.01 * filled):
        kind = "boolean" if _holds_zeros_and_ones(database, cell, distinct) else "number"
        return replace(column, kind=kind, is_whole=counts["whole_numbers"] == filled)
    return replace(column, has_leading_zeros=zeros > 0, numeric_rows=numbers)


def _has_boolean_pair(database: "DuckDBPyConnection", cell: str) -> bool:
    """Whether some words are opposites; f and n, or j and f, may be codes."""
    rows = fetch_rows(database, f"SELECT DISTINCT lower({cell}) FROM cells")
    words = {word for (word,) in rows}
    return any({*pair} <= words for pair in BOOLEAN_PAIRS)


def _may_be_codes(database: "DuckDBPyConnection", column: Column) -> bool:
    query = f"SELECT count_if(regexp_full_match({column.cell}, '{CODE}')) FROM cells"
    return not column.name_has(*NAME_WORDS) and fetch_row(database, query) != (0,)


def _holds_zeros_and_ones(database: "DuckDBPyConnection", cell: str, distinct: int) -> bool:
    if distinct > 3:
        return False
    rows = fetch_rows(database, f"SELECT DISTINCT {to_number(cell)} FROM cells")
    return {number for (number,) in rows} - {None} == {0.0, 1.0}


def _add_details(database: "DuckDBPyConnection", column: Column) -> Column:
    """The column with its range and its most frequent values, and exact where that matters."""
    if add_range := ADD_RANGE.get(column.kind):
        column = add_range(database, column)
    if column.kind != "empty" and column.distinct <= 2 * MAX_VALUES:
        values = list_values(database, column.cell, limit=10 * MAX_VALUES)
        column = replace(column, distinct=len(values), values=values[:MAX_VALUES])
    elif column.kind == "text":
        column = replace(column, values=list_values(database, column.cell, MAX_TEXTS))
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
    if column.filled and low == low and not column.number_format:
        date_format = detect_number_format(column, low, high)
        column = replace(column, number_as_date=date_format)
    return replace(column, standard_deviation=deviation, quartiles=tuple(quartiles))


def _add_date_range(database: "DuckDBPyConnection", column: Column) -> Column:
    value = column.sql_value
    later = f"{value} > (SELECT min({value}) FROM cells)"
    query = (
        f"SELECT min({value}), max({value}), count(DISTINCT CAST({value} AS DATE)), "
        f"min({value}) FILTER ({later}), count({value}) FILTER ({later}) FROM cells"
    )
    low, high, days, second, rows = fetch_row(database, query)
    column = replace(column, oldest_rows=column.filled - rows, second_oldest=second)
    return note_century(replace(column, min=low, max=high, days=days))


def read_as_dates(database: "DuckDBPyConnection", column: Column) -> Column:
    """The column of numbers as the dates that they may be."""
    reading = f"numbers that are dates ({column.number_as_date})"
    column = replace(column, kind="date", date_format=column.number_as_date, reading=reading)
    return _add_date_range(database, column)


ADD_RANGE: dict[str, Callable[["DuckDBPyConnection", Column], Column]] = {
    "number": _add_number_range,
    "date": _add_date_range,
}
