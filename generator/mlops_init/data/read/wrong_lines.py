"""Finds lines of CSV files that are no rows, so that a message can name them."""

import csv
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import RefusedError
from ..numbers import format_count
from .source import Source, is_compressed
from .sql import fetch_row, quote_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAX_NAMES = 10  # that a repeated header is recognised by
MAX_TEXT = 40  # characters of a line that a message shows


def list_lines(source: Source, is_wanted: Callable[[list[str]], bool]) -> list[tuple[int, str]]:
    """(number, text) of the lines with such cells below the header; of one file only."""
    if len(source.files) > 1:
        return []
    try:
        rows = _read_rows(source, source.files[0])
        return [(line, _shorten(source, cells)) for line, cells in rows if is_wanted(cells)]
    except (csv.Error, UnicodeError, OSError):
        return []


def describe_wrong_widths(source: Source) -> str:
    """Which lines have more or fewer cells than the table has columns; empty if none is found."""
    columns = len(source.names)
    lines = list_lines(source, lambda cells: bool(cells) and len(cells) != columns)
    if not lines:
        return ""
    number, text = lines[0]
    others = f", and {format_count(len(lines) - 1, 'other line')}" if len(lines) > 1 else ""
    return f"line {number:,} has not {columns} cells as the header: {text}{others}"


def refuse_repeated_names(database: "DuckDBPyConnection", source: Source) -> None:
    """RefusedError if a row repeats the header, as in files that were joined."""
    names = source.names[:MAX_NAMES]
    if not source.dialect.header:
        return
    condition = " AND ".join(f"c{n} = {quote_text(name)}" for n, name in enumerate(names) if name)
    (rows,) = fetch_row(database, f"SELECT count_if({condition}) FROM cells")
    if rows:
        lines = list_lines(source, lambda cells: tuple(cells[:MAX_NAMES]) == names)
        where = f", the first in line {lines[0][0]:,}" if lines else ""
        raise RefusedError(
            f"{source.path} repeats the names of its columns in {format_count(rows, 'row')}"
            f"{where}: remove these rows."
        )


def _read_rows(source: Source, file: Path) -> Iterator[tuple[int, list[str]]]:
    """(number of the line, trimmed cells) of each row."""
    dialect = source.dialect
    encoding = "utf-8" if source.is_copy else dialect.encoding
    open_file = gzip.open if is_compressed(file) else open
    with open_file(file, "rt", encoding=encoding, newline="") as lines:
        for _ in range(dialect.skip):
            next(lines, "")
        rows = csv.reader(
            lines,
            delimiter=dialect.delimiter,
            quotechar=dialect.quote,
            escapechar=dialect.escape,
        )
        if dialect.header:
            next(rows, [])
        before = rows.line_num
        for cells in rows:
            yield dialect.skip + before + 1, [cell.strip() for cell in cells]
            before = rows.line_num


def _shorten(source: Source, cells: list[str]) -> str:
    text = " ".join(source.dialect.delimiter.join(cells).split())
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
