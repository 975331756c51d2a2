"""Finds columns of dates in which some cells are none, or of which the zone is not known."""

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from ..numbers import format_count
from .column import Column
from .date_formats import COMPACT, FEW, FIRST_YEAR, LAST_YEAR, list_candidates, may_be_date, parse
from .lines import find_lines
from .source import Source
from .sql import fetch_row, fetch_rows, to_date
from .unread_times import are_fiscal_years
from .words import FAR_DATES, MISSING_AMONG_DATES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLE, MAX_CELLS = 1000, 100
MIN_SHARE = 0.5  # of the cells are dates
MIN_SHARE_OF_FEW = 0.4
MIN_SHARE_OF_FAR_DATES = 0.05  # of the cells; fewer may be errors
MIN_SHARE_OF_SHORT_YEARS = 0.9  # of two digits: 1.12.20 may be the version of a program
NAIVE = r".{10}.\d\d:\d\d(:\d\d(\.\d+)?)?"
IN_UTC = r".*([Zz]|[+-]00(:?00)?)"


def check_dates(database: "DuckDBPyConnection", source: Source, column: Column) -> Column:
    """The column, which knows whether something is wrong with its dates."""
    if column.kind == "date":
        return _check_zones(database, column) if column.date_format is None else column
    if column.kind != "text":
        return column
    for date_format in _list_likely_formats(database, column):
        (dates,) = fetch_row(
            database, f"SELECT count({to_date(column.cell, date_format)}) FROM cells"
        )
        if dates >= MIN_SHARE * column.filled:
            return _describe(database, source, column, date_format)
    return column


def _list_likely_formats(database: "DuckDBPyConnection", column: Column) -> list[str | None]:
    """ISO 8601, and the format that fits most of a few cells."""
    query = f"SELECT {column.cell} FROM cells WHERE {column.cell} IS NOT NULL LIMIT {SAMPLE}"
    sample = [str(cell) for (cell,) in fetch_rows(database, query)]
    few = random.Random(0).sample(sample, min(FEW, len(sample)))
    needed = MIN_SHARE_OF_FEW * len(few)
    if sum(map(may_be_date, few)) < needed or are_fiscal_years(sample):
        return []
    hits = {
        form: sum(parse(text, form) is not None for text in few) for form in list_candidates(few)
    }
    best = max(hits, key=lambda form: hits[form])
    if "%y" in best:
        needed = MIN_SHARE_OF_SHORT_YEARS * len(few)
    return [None, best] if hits[best] >= needed and best not in COMPACT else [None]


def _describe(
    database: "DuckDBPyConnection", source: Source, column: Column, date_format: str | None
) -> Column:
    """The column with the words for a missing date, or with the sentence that refuses it."""
    cell, date = column.cell, to_date(column.cell, date_format)
    words = fetch_rows(
        database,
        f"SELECT {cell}, count(*) FROM cells WHERE {cell} IS NOT NULL AND {date} IS NULL "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MAX_CELLS}",
    )
    far = sum(rows for word, rows in words if word.lower() in FAR_DATES)
    is_error = 0 < far < MIN_SHARE_OF_FAR_DATES * column.filled
    if not is_error and all(word.lower() in MISSING_AMONG_DATES for word, _ in words):
        return replace(column, words_among_dates=tuple(words))
    return replace(column, problem=describe_others(database, source, column, date_format))


def describe_others(
    database: "DuckDBPyConnection", source: Source, column: Column, date_format: str | None
) -> str:
    """The sentence about the cells that are no dates of this format."""
    name, cell, date = column.name, column.cell, to_date(column.cell, date_format)
    (example, dates) = fetch_row(
        database, f"SELECT min({cell}) FILTER ({date} IS NOT NULL), count({date}) FROM cells"
    )
    others = f"SELECT DISTINCT {cell} FROM cells WHERE {cell} IS NOT NULL AND {date} IS NULL"
    cells = {str(other) for (other,) in fetch_rows(database, others)}
    lines = find_lines(database, source, name, cells)
    places = ", ".join(f'"{other}" ({place})' for other, place in lines)
    missing = " ".join(f'--missing "{other}"' for other in sorted(cells))
    options = [] if len(cells) > len(lines) else [missing]
    options += [f'--type "{name}=category"', f'--exclude "{name}"']
    such_as = f" such as {example}" if example else ""
    rows = format_count(column.filled - dates, "row")
    return (
        f"{name} holds dates{such_as}, but {rows} hold no date of this format with a year from "
        f"{FIRST_YEAR} to {LAST_YEAR}: {places}. Correct them, or pass {' or '.join(options)}."
    )


def _check_zones(database: "DuckDBPyConnection", column: Column) -> Column:
    """Times without a zone are in UTC, unless others of the column are in another zone."""
    cell, name = column.cell, column.name
    is_naive = f"regexp_full_match({cell}, '{NAIVE}')"
    is_utc = f"regexp_full_match({cell}, '{IN_UTC}')"
    times, naive, utc = fetch_row(
        database,
        f"SELECT count(*), count_if({is_naive}), count_if(NOT {is_naive} AND {is_utc}) "
        f"FROM cells WHERE contains({cell}, ':')",
    )
    if naive in (None, 0, times):
        return column
    rows = format_count(naive, "row")
    if naive + utc == times:
        note = f"{name} has no zone in {rows}: these times are read as UTC, as the others are."
        return replace(column, notes=(*column.notes, note))
    problem = (
        f"{name} has times in zones other than UTC, and times without a zone in {rows}: write the "
        f'zone of each, or pass --type "{name}=category" or --exclude "{name}".'
    )
    return replace(column, problem=problem)
