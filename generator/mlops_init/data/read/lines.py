"""Finds the lines of the files in which cells of a column stand."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .source import CSV, JSON, Source, is_compressed
from .sql import fetch_rows, quote_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAX_LINES = 3


def find_lines(
    database: "DuckDBPyConnection", source: Source, name: str, cells: set[str]
) -> list[tuple[str, str]]:
    """The first of these cells, and where each stands: `line 5`, or `row 5` of a Parquet file."""
    found: dict[str, str] = {}
    for file in source.files:
        of_file = f" of {file.name}" if len(source.files) > 1 and not source.is_copy else ""
        word = "line" if source.kind in (*CSV, *JSON) else "row"
        for number, cell in _read_cells(database, source, file, name):
            if cell.strip() in cells:
                found.setdefault(cell.strip(), f"{word} {number}{of_file}")
            if len(found) == min(MAX_LINES, len(cells)):
                return [*found.items()]
    return [*found.items()]


def _read_cells(
    database: "DuckDBPyConnection", source: Source, file: Path, name: str
) -> Iterator[tuple[int, str]]:
    """The number and the cell of each line, without the lines before the first row."""
    if source.kind in CSV:
        yield from _read_csv(source, file, name)
    elif source.kind in JSON:
        with _open(file, "utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                row = json.loads(line) if line.strip() else {}
                yield number, str(next((row[key] for key in row if key.strip() == name), ""))
    else:
        quoted = '"' + name.replace('"', '""') + '"'
        table = f"read_parquet({quote_text(str(file))}, file_row_number = true)"
        cell = f"coalesce(CAST({quoted} AS VARCHAR), '')"
        yield from fetch_rows(
            database, f"SELECT file_row_number + 1, {cell} FROM {table} ORDER BY file_row_number"
        )


def _read_csv(source: Source, file: Path, name: str) -> Iterator[tuple[int, str]]:
    dialect, position = source.dialect, source.names.index(name)
    encoding = "utf-8" if source.is_copy else dialect.encoding
    with _open(file, encoding) as lines:
        for _ in range(dialect.skip):
            next(lines, "")
        reader = dialect.read_rows(lines)
        for number, row in enumerate(reader):
            if position < len(row) and not (dialect.header and number == 0):
                yield dialect.skip + reader.line_num, row[position]


def _open(file: Path, encoding: str) -> Any:
    open_file = gzip.open if is_compressed(file) else open
    return open_file(file, "rt", encoding=encoding, errors="replace", newline="")
