"""Opens the owner's files with DuckDB: every value as text, in one table on disk."""

import gzip
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import RefusedError
from ..request import Wishes
from .dialect import Dialect, dialect_of, literal, text_of

if TYPE_CHECKING:
    import duckdb

# The kinds that a project reads too: `READERS` in its tables.py.
CSV, JSON, PARQUET = (".csv", ".tsv", ".txt"), (".jsonl", ".ndjson"), (".parquet",)
KINDS = (*CSV, *JSON, *PARQUET)
# What pandas takes for missing when a project reads the file.
MISSING = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND"),
    *("1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)
HEAD = 1 << 16  # bytes looked at before anything is read
MEMORY = 100  # megabytes, and one for each column: beyond that DuckDB works on disk


@dataclass(frozen=True)
class Source:
    """Files of one kind, and how they are written."""

    path: Path  # as the owner named it
    files: tuple[Path, ...]
    kind: str
    names: tuple[str, ...]
    dialect: Dialect = field(default_factory=Dialect)  # of CSV files


def kind_of(file: Path) -> str:
    """`.csv` for rows.csv and for rows.csv.gz."""
    return (Path(file.stem) if file.suffix == ".gz" else file).suffix.lower()


def find(path: Path, wishes: Wishes) -> Source:
    """The files at a path, and how they are written; RefusedError if they are no table."""
    files = _files(path)
    kind = kind_of(files[0])
    found = Source(path, files, kind, ())
    if kind not in CSV:
        return found
    return _described(found, wishes)


def _files(path: Path) -> tuple[Path, ...]:
    wanted = f"name a {', '.join(KINDS[:-1])} or {KINDS[-1]} file, or a folder of one kind of them"
    if not path.exists():
        raise RefusedError(f"{path} is not there: {wanted}.")
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    files = [each for each in files if kind_of(each) in KINDS and each.is_file()]
    if not files:
        raise RefusedError(f"{path} is no table that can be read: {wanted}.")
    if len(kinds := {kind_of(each) for each in files}) > 1:
        raise RefusedError(f"{path} holds {' and '.join(sorted(kinds))} files: {wanted}.")
    for each in files:
        if each.stat().st_size == 0:
            raise RefusedError(f"{each} is empty: name a file that has rows.")
    return tuple(files)


def _head(file: Path) -> bytes:
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as content:
            return bytes(content.read(HEAD))
    except (OSError, EOFError) as error:
        raise RefusedError(f"{file} cannot be read ({error}): is it whole?") from error


def _described(source: Source, wishes: Wishes) -> Source:
    heads = [_head(file) for file in source.files]
    dialect = dialect_of(source.files[0], heads[0], wishes)
    for file, head in zip(source.files, heads, strict=True):
        names = next(dialect.rows(text_of(file, head, dialect.encoding)), [])
        if not source.names:
            source = replace(source, names=_checked(file, names))
        elif tuple(names) != source.names:
            raise RefusedError(f"{file} has other columns than {source.files[0]}: name one table.")
    return replace(source, dialect=dialect)


def _checked(file: Path, names: list[str]) -> tuple[str, ...]:
    if not names:
        raise RefusedError(f"{file} is empty: name a file that has rows.")
    for place, name in enumerate(names, start=1):
        if not name.strip():
            raise RefusedError(f"Column {place} of {file} has no name: name it in the first line.")
    if double := [name for name, count in Counter(names).items() if count > 1]:
        raise RefusedError(f"{file} has {double[0]} more than once: give each column its own name.")
    if all(name.replace(".", "", 1).lstrip("-").isdigit() for name in names):
        raise RefusedError(f"{file} begins with numbers: put a line of column names first.")
    if len(names) < 2:
        raise RefusedError(
            f"{file} has one column ({names[0][:40]}): a model needs a target and a feature; "
            "--delimiter if the columns are cut by another character"
        )
    return tuple(names)


@contextmanager
def table(
    source: Source, missing: tuple[str, ...]
) -> Iterator[tuple[Source, "duckdb.DuckDBPyConnection"]]:
    """A connection whose table `cells` has the columns c0, c1, …, all of them text."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="mlops-init-") as scratch:
        settings: dict[str, Any] = {
            "temp_directory": scratch,
            "threads": 2,
        }
        # Nothing is fetched, and rows need no order: that is what keeps memory flat.
        settings |= {"autoinstall_known_extensions": False, "preserve_insertion_order": False}
        database = duckdb.connect(str(Path(scratch, "cells.duckdb")), config=settings)
        try:
            database.execute("SET enable_progress_bar = false")
            source = _fill(database, source, missing)
            yield source, database
        except duckdb.Error as error:  # a full disk, or too little memory
            said = str(error).splitlines()[0]
            raise RefusedError(
                f"{source.path} cannot be profiled on this machine: {said}"
            ) from error
        finally:
            database.close()


def _fill(
    database: "duckdb.DuckDBPyConnection", source: Source, missing: tuple[str, ...]
) -> Source:
    import duckdb

    try:
        if source.kind in CSV:
            read = _csv(source, missing)
        else:
            source, read = _self_describing(database, source)
        database.execute(f"SET memory_limit = '{MEMORY + len(source.names)}MB'")
        database.execute(f"CREATE TABLE cells AS {read}")
    except duckdb.Error as error:
        said = str(error)
        if "unicode" in said.lower() and source.dialect.encoding.startswith("utf-8"):
            database.execute("DROP TABLE IF EXISTS cells")
            other = replace(source.dialect, encoding="latin-1")
            return _fill(database, replace(source, dialect=other), missing)
        raise RefusedError(_sentence(source, said)) from error
    rows = database.execute("SELECT count(*) FROM cells").fetchone()
    if not rows or rows[0] == 0:
        raise RefusedError(f"{source.path} has column names and no rows: name a file that has.")
    return source


def _csv(source: Source, missing: tuple[str, ...]) -> str:
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(source.names)))
    words = [word for word in (*MISSING, *missing) if source.dialect.delimiter not in word]
    nulls = ", ".join(map(literal, words))
    return (
        f"SELECT * FROM read_csv([{', '.join(literal(str(file)) for file in source.files)}], "
        f"auto_detect = false, header = true, columns = {{{columns}}}, nullstr = [{nulls}], "
        f"{source.dialect.duckdb()})"
    )


def _self_describing(database: "duckdb.DuckDBPyConnection", source: Source) -> tuple[Source, str]:
    """JSON lines and Parquet name their columns; nested values come as text too."""
    files = ", ".join(literal(str(file)) for file in source.files)
    lines = ", format = 'newline_delimited', sample_size = -1" if source.kind in JSON else ""
    reader = "read_json" if source.kind in JSON else "read_parquet"
    read = f"{reader}([{files}]{lines}, union_by_name = true)"
    names = [row[0] for row in database.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()]
    _checked(source.files[0], names)
    picked = ", ".join(
        f"nullif(CAST(\"{name.replace(chr(34), chr(34) * 2)}\" AS VARCHAR), '') AS c{place}"
        for place, name in enumerate(names)
    )
    return replace(source, names=tuple(names)), f"SELECT {picked} FROM {read}"


def _sentence(source: Source, said: str) -> str:
    first = " ".join(said.split(": ", 1)[-1].splitlines()[:2]).rstrip(". ")
    return f"{source.path} cannot be read as {source.kind} ({first}): correct it, or name another."
