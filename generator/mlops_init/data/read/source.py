"""Finds the user's files, and reads the header of CSV files."""

import gzip
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...errors import RefusedError
from ..request import DataRequest
from .dialect import Dialect, decode_head, detect_dialect

# A generated project reads the same kinds: `READERS` in its tables.py.
CSV, JSON, PARQUET = (".csv", ".tsv", ".txt"), (".jsonl", ".ndjson"), (".parquet",)
KINDS = (*CSV, *JSON, *PARQUET)
KINDS_IN_WORDS = f"{', '.join(KINDS[:-1])} or {KINDS[-1]}"
HEAD_BYTES = 1 << 16  # enough to detect the dialect


@dataclass(frozen=True)
class Source:
    """Files of one kind with the same columns."""

    path: Path  # as the user named it: a file or a folder
    files: tuple[Path, ...]
    kind: str
    names: tuple[str, ...] = ()  # of the columns
    dialect: Dialect = field(default_factory=Dialect)  # of CSV files


def get_file_kind(file: Path) -> str:
    """`.csv` for rows.csv and for rows.csv.gz."""
    return (Path(file.stem) if file.suffix == ".gz" else file).suffix.lower()


def find_source(request: DataRequest) -> Source:
    """The requested files; RefusedError if they are not one table."""
    files = _list_files(request.path)
    source = Source(request.path, files, get_file_kind(files[0]))
    return _read_headers(source, request) if source.kind in CSV else source


def _list_files(path: Path) -> tuple[Path, ...]:
    hint = f"name a {KINDS_IN_WORDS} file, or a folder of files of one of these kinds"
    if not path.exists():
        raise RefusedError(f"{path} does not exist: {hint}.")
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    files = [file for file in files if get_file_kind(file) in KINDS and file.is_file()]
    if not files:
        raise RefusedError(f"{path} holds no data of a known kind: {hint}.")
    if len(kinds := {get_file_kind(file) for file in files}) > 1:
        raise RefusedError(f"{path} holds {' and '.join(sorted(kinds))} files: {hint}.")
    for file in files:
        if file.stat().st_size == 0:
            raise _empty_file_error(file)
    return tuple(files)


def _empty_file_error(file: Path) -> RefusedError:
    return RefusedError(f"{file} is empty: name a file that has rows.")


def _read_headers(source: Source, request: DataRequest) -> Source:
    """The source with its dialect and column names, which all files must share."""
    heads = [_read_head(file) for file in source.files]
    first = source.files[0]
    dialect = detect_dialect(first, heads[0], request)
    for file, head in zip(source.files, heads, strict=True):
        names = next(dialect.split_rows(decode_head(file, head, dialect.encoding)), [])
        if file == first:
            check_column_names(file, names)
            source = replace(source, names=tuple(names), dialect=dialect)
        elif tuple(names) != source.names:
            raise RefusedError(
                f"{file} and {first} have different columns: name a folder of one table."
            )
    return source


def _read_head(file: Path) -> bytes:
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as content:
            return bytes(content.read(HEAD_BYTES))
    except (OSError, EOFError) as error:
        raise RefusedError(
            f"{file} cannot be read ({error}): check that the file is complete."
        ) from error


def check_column_names(file: Path, names: list[str]) -> None:
    """RefusedError if these names cannot be the columns of a table."""
    if not names:
        raise _empty_file_error(file)
    for number, name in enumerate(names, start=1):
        if not name.strip():
            raise RefusedError(f"Column {number} of {file} has no name: add it in the first line.")
    if repeated := [name for name, count in Counter(names).items() if count > 1]:
        raise RefusedError(
            f"{file} has several columns called {repeated[0]}: give each its own name."
        )
    if all(name.replace(".", "", 1).lstrip("-").isdigit() for name in names):
        raise RefusedError(f"{file} begins with numbers: add a first line of column names.")
    if len(names) < 2:
        raise RefusedError(
            f"{file} has one column ({names[0][:40]}), but a model needs a target and a feature: "
            "pass --delimiter if another character separates the columns."
        )
