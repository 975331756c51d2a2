"""Loads the user's files into one DuckDB table on disk, with every value as text."""

import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import RefusedError
from .source import CSV, JSON, Source, check_column_names, is_compressed
from .sql import fetch_row, fetch_rows, matches_word, quote_text
from .utf8_copy import copy_as_utf8
from .words import ALWAYS_MISSING, CODE, WHOLE_NUMBER, spell_numbers
from .wrong_lines import describe_wrong_widths, refuse_repeated_names

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# First cells of a row that sums up the others.
TOTALS = (
    *("total", "totals", "grand total", "subtotal", "sum", "average", "mean"),
    *("gesamt", "summe", "insgesamt", "zwischensumme", "durchschnitt", "mittelwert"),
)
MAX_LABELS = 1000
BLANKS = " \t\u00a0\u2007\u2009\u202f"  # around a cell
PANDAS_INDEX = "__index_level_"  # an index without a name, which numbers the rows
# Types that DuckDB gives to text in JSON: whatever the order of day and month, it takes a date.
# Numbers that may be too large to be exact stay as the file writes them.
READ_AS_TEXT = (
    *("DATE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "JSON", "UUID"),
    *("DOUBLE", "HUGEINT", "UBIGINT"),
)
ZONED = "TIMESTAMP WITH TIME ZONE"
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
            database.execute("SET TimeZone = 'UTC'")
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
            source, table, columns = _select_from_csv(database, source, missing)
        else:
            source, table, columns = _select_from_typed_files(database, source)
        database.execute(f"SET memory_limit = '{BASE_MEMORY_MB + len(source.names)}MB'")
        cells = ", ".join(
            f"{_normalize(text, source, missing)} AS c{number}"
            for number, text in enumerate(columns)
        )
        database.execute(f"CREATE OR REPLACE TABLE cells AS SELECT {cells} FROM {table}")
    except duckdb.Error as error:
        is_memory = isinstance(error, duckdb.OutOfMemoryException)
        if source.kind in CSV and not source.is_copy and not is_memory:
            # Later bytes are not UTF-8, or the lines end in different ways.
            return load_table(database, copy_as_utf8(source, get_folder(database)), missing)
        raise RefusedError(_describe_read_error(source, str(error))) from error
    if source.kind in CSV:
        refuse_repeated_names(database, source)
        source = _drop_totals(database, source)
    if fetch_row(database, "SELECT count(*) FROM cells") == (0,):
        raise RefusedError(
            f"{source.path} has column names but no rows: name a file that has rows."
        )
    return source


def get_folder(database: "DuckDBPyConnection") -> Path:
    """The temporary folder of the database."""
    (folder,) = fetch_row(database, "SELECT current_setting('temp_directory')")
    return Path(folder)


def _normalize(text: str, source: Source, missing: tuple[str, ...]) -> str:
    """A cell as text, as a generated project writes it: no blanks around it, 1 for 1.0."""
    trimmed = f"trim({text}, {quote_text(BLANKS)})"
    is_missing = matches_word(trimmed, _list_missing(missing))
    if source.kind in CSV:  # 1.0 may be ten, so it is read when the format of numbers is known
        # The reader has found the words without blanks around them.
        has_blanks = f"length({trimmed}) < length({text})"
        return f"CASE WHEN {has_blanks} AND {is_missing} THEN NULL ELSE {trimmed} END"
    number = f"regexp_replace({trimmed}, '^(-?(0|[1-9][0-9]*))\\.0*$', '\\1')"
    if any(map(WHOLE_NUMBER.fullmatch, missing)):  # -999.00 of a column of decimals
        is_missing += f" OR {matches_word(number, _list_missing(missing))}"
    return (
        f"CASE WHEN {is_missing} THEN NULL "
        f"WHEN {text} LIKE '%.' OR {text} LIKE '%.0%' THEN {number} ELSE {trimmed} END"
    )


def _list_missing(missing: tuple[str, ...]) -> list[str]:
    """The words for a missing value; what NA means is decided later."""
    words = spell_numbers((*ALWAYS_MISSING, *missing))
    return [word for word in words if word != CODE or CODE in missing]


def _select_from_csv(
    database: "DuckDBPyConnection", source: Source, missing: tuple[str, ...]
) -> tuple[Source, str, list[str]]:
    """(the source, the table that reads its files, each column of it as text)."""
    if not source.dialect.is_utf8 and not source.is_copy:
        source = copy_as_utf8(source, get_folder(database))
    files = ", ".join(quote_text(str(file)) for file in source.files)
    names = [f"c{number}" for number in range(len(source.names))]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    # DuckDB accepts no word that holds the delimiter, and no cell can be such a word.
    words = [word for word in _list_missing(missing) if source.dialect.delimiter not in word]
    nulls = ", ".join(map(quote_text, words))
    table = (
        f"read_csv([{files}], auto_detect = false, columns = {{{columns}}}, nullstr = [{nulls}], "
        f"{source.dialect.duckdb_arguments()}, compression = '{_get_compression(source)}')"
    )
    return source, table, names


def _select_from_typed_files(
    database: "DuckDBPyConnection", source: Source
) -> tuple[Source, str, list[str]]:
    """JSON lines and Parquet name their columns themselves. Nested values become text, too."""
    files = ", ".join(quote_text(str(file)) for file in source.files)
    if source.kind in JSON:
        options = f"format = 'newline_delimited', compression = '{_get_compression(source)}'"
        table = f"read_json([{files}], {options}, sample_size = -1, union_by_name = true)"
    else:
        table = f"read_parquet([{files}], union_by_name = true)"
    types = dict(_describe(database, table))
    if source.kind in JSON:
        types = {name: "VARCHAR" if each in READ_AS_TEXT else each for name, each in types.items()}
        columns = ", ".join(f"{quote_text(name)}: {quote_text(types[name])}" for name in types)
        table = f"read_json([{files}], {options}, columns = {{{columns}}})"
    types = {name: each for name, each in types.items() if not name.startswith(PANDAS_INDEX)}
    trimmed = [name.strip() for name in types]
    check_column_names(source.files[0], trimmed)
    units = {} if source.kind in JSON else _list_units_of_durations(database, source)
    cells = [_cast_to_text(name, type_, units.get(name)) for name, type_ in types.items()]
    return replace(source, names=tuple(trimmed)), table, cells


def _cast_to_text(name: str, type_: str, unit: float | None) -> str:
    value = '"' + name.replace('"', '""') + '"'
    if type_ == ZONED:
        value = f"make_timestamp(epoch_us({value}))"  # in UTC
    elif unit:
        value = f"({value} * {unit})"  # in seconds
    return f"CAST({value} AS VARCHAR)"


def _list_units_of_durations(database: "DuckDBPyConnection", source: Source) -> dict[str, float]:
    """The seconds of 1 in columns of durations, whose numbers DuckDB reads."""
    file = quote_text(str(source.files[0]))
    query = f"SELECT value FROM parquet_kv_metadata({file}) WHERE key = 'ARROW:schema'"
    schemas = [value for (value,) in fetch_rows(database, query)]
    if not schemas:
        return {}
    from nanoarrow import ArrayStream, TimeUnit, Type
    from nanoarrow.ipc import InputStream

    seconds = {TimeUnit.SECOND: 1.0, TimeUnit.MILLI: 1e-3, TimeUnit.MICRO: 1e-6}
    try:
        fields = ArrayStream(InputStream.from_readable(b64decode(schemas[0]))).schema.fields
    except (RuntimeError, ValueError) as error:
        raise RefusedError(
            f"{source.path} holds a schema that is damaged: write it again."
        ) from error
    durations = [each for each in fields if each.type == Type.DURATION]
    return {each.name: seconds.get(each.unit, 1e-9) for each in durations}


def _describe(database: "DuckDBPyConnection", table: str) -> list[tuple[str, str]]:
    """(name, type) of each column."""
    rows = fetch_rows(database, f"DESCRIBE SELECT * FROM {table}")
    return [(str(row[0]), str(row[1])) for row in rows]


def _get_compression(source: Source) -> str:
    """DuckDB does not know .GZ."""
    return "gzip" if all(map(is_compressed, source.files)) else "auto"


def _drop_totals(database: "DuckDBPyConnection", source: Source) -> Source:
    """Without the rows that sum up the others, of which each file has one of a kind at most."""
    words = ", ".join(map(quote_text, TOTALS))
    condition = f"lower(rtrim(c0, ': ')) IN ({words})"
    found = fetch_rows(
        database, f"SELECT c0, count(*) FROM cells WHERE {condition} GROUP BY c0 ORDER BY c0"
    )
    if not found or max(rows for _, rows in found) > len(source.files):
        return source
    database.execute(f"DELETE FROM cells WHERE {condition}")
    dialect = replace(source.dialect, totals=tuple(word for word, _ in found))
    return replace(source, dialect=dialect)


def merge_spellings(database: "DuckDBPyConnection", source: Source, name: str) -> None:
    """Write labels that differ only in case as the most frequent of them."""
    if name not in source.names:
        return  # which is refused later
    cell = f"c{source.names.index(name)}"
    (distinct,) = fetch_row(database, f"SELECT approx_count_distinct({cell}) FROM cells")
    if distinct > MAX_LABELS:
        return  # numbers
    spellings = (
        f"SELECT lower({cell}) AS folded, count(DISTINCT {cell}) AS n, mode({cell}) AS word "
        f"FROM cells WHERE {cell} IS NOT NULL GROUP BY folded HAVING n > 1"
    )
    database.execute(
        f"UPDATE cells SET {cell} = word FROM ({spellings}) WHERE lower({cell}) = folded"
    )


def _describe_read_error(source: Source, message: str) -> str:
    reason = describe_wrong_widths(source) if source.kind in CSV else ""
    reason = reason or " ".join(message.split(": ", 1)[-1].splitlines()[:2]).rstrip(". ")
    return (
        f"{source.path} cannot be read as {source.kind} ({reason}): "
        "correct the file, or name another."
    )
