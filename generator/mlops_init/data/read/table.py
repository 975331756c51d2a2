"""Loads the user's files into one DuckDB table on disk, with every value as text."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import RefusedError
from .missing_values import ALWAYS_MISSING
from .source import CSV, JSON, Source, check_column_names
from .sql import fetch_row, fetch_rows, quote_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BASE_MEMORY_MB = 100  # and one for each column; DuckDB keeps the rest on disk


@contextmanager
def open_database(source: Source) -> Iterator["DuckDBPyConnection"]:
    """A database in a temporary folder; RefusedError if the machine has no room for it."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="mlops-init-") as folder:
        settings: dict[str, Any] = {
            "temp_directory": folder,
            "threads": 2,
            "autoinstall_known_extensions": False,  # download nothing
            "preserve_insertion_order": False,  # order would cost memory for every row
        }
        database = duckdb.connect(str(Path(folder, "cells.duckdb")), config=settings)
        try:
            database.execute("SET enable_progress_bar = false")
            yield database
        except duckdb.Error as error:  # a full disk, or too little memory
            reason = str(error).splitlines()[0]
            raise RefusedError(
                f"{source.path} cannot be profiled on this machine: {reason}"
            ) from error
        finally:
            database.close()


def load_table(database: "DuckDBPyConnection", source: Source, missing: tuple[str, ...]) -> Source:
    """Fill the table `cells` with the columns c0, c1, …, and return the source with its names."""
    import duckdb

    try:
        if source.kind in CSV:
            query = _select_from_csv(source, missing)
        else:
            source, query = _select_from_typed_files(database, source)
        database.execute(f"SET memory_limit = '{BASE_MEMORY_MB + len(source.names)}MB'")
        database.execute(f"CREATE OR REPLACE TABLE cells AS {query}")
    except duckdb.Error as error:
        if "unicode" in str(error).lower() and source.dialect.encoding.startswith("utf-8"):
            # The first bytes were UTF-8, later ones are not.
            dialect = replace(source.dialect, encoding="latin-1")
            return load_table(database, replace(source, dialect=dialect), missing)
        raise RefusedError(_describe_read_error(source, str(error))) from error
    if fetch_row(database, "SELECT count(*) FROM cells") == (0,):
        raise RefusedError(
            f"{source.path} has column names but no rows: name a file that has rows."
        )
    return source


def _select_from_csv(source: Source, missing: tuple[str, ...]) -> str:
    files = ", ".join(quote_text(str(file)) for file in source.files)
    columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(len(source.names)))
    # DuckDB accepts no word that holds the delimiter, and no cell can be such a word.
    words = [word for word in (*ALWAYS_MISSING, *missing) if source.dialect.delimiter not in word]
    return (
        f"SELECT * FROM read_csv([{files}], auto_detect = false, header = true, "
        f"columns = {{{columns}}}, nullstr = [{', '.join(map(quote_text, words))}], "
        f"{source.dialect.duckdb_arguments()})"
    )


def _select_from_typed_files(database: "DuckDBPyConnection", source: Source) -> tuple[Source, str]:
    """JSON lines and Parquet name their columns themselves. Nested values become text, too."""
    files = ", ".join(quote_text(str(file)) for file in source.files)
    if source.kind in JSON:
        options = ", format = 'newline_delimited', sample_size = -1"
        table = f"read_json([{files}]{options}, union_by_name = true)"
    else:
        table = f"read_parquet([{files}], union_by_name = true)"
    names = [row[0] for row in fetch_rows(database, f"DESCRIBE SELECT * FROM {table}")]
    check_column_names(source.files[0], names)
    columns = ", ".join(
        f"nullif(CAST(\"{name.replace(chr(34), chr(34) * 2)}\" AS VARCHAR), '') AS c{position}"
        for position, name in enumerate(names)
    )
    return replace(source, names=tuple(names)), f"SELECT {columns} FROM {table}"


def _describe_read_error(source: Source, message: str) -> str:
    reason = " ".join(message.split(": ", 1)[-1].splitlines()[:2]).rstrip(". ")
    return (
        f"{source.path} cannot be read as {source.kind} ({reason}): "
        "correct the file, or name another."
    )
