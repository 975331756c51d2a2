"""Finds the user's files, and reads the header of CSV files."""

import gzip
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...errors import RefusedError
from ..question import Ask
from ..request import DataRequest
from .dialect import Dialect, decode_head, detect_dialect

# A generated project reads the same kinds: `READERS` in its tables.py.
CSV, JSON, PARQUET = (".csv", ".tsv", ".txt"), (".jsonl", ".ndjson"), (".parquet",)
KINDS = (*CSV, *JSON, *PARQUET)
KINDS_IN_WORDS = f"{', '.join(KINDS[:-1])} or {KINDS[-1]}"
INDEX = "Unnamed: 0"  # how pandas calls a first column without a name
CONVERSIONS = {
    **dict.fromkeys((".xlsx", ".xls", ".ods"), "save the sheet as CSV UTF-8, and name that file"),
    **dict.fromkeys((".zip", ".7z", ".tar"), "unpack it, and name the file or the folder in it"),
    **dict.fromkeys((".bz2", ".xz", ".zst"), "unpack it, or pack it with gzip"),
    **dict.fromkeys((".json",), "write one object per line, as .jsonl"),
    **dict.fromkeys((".pkl", ".feather", ".rds", ".sav", ".dta"), "save it as .parquet or .csv"),
}
HEAD_BYTES = 1 << 16  # enough to detect the dialect


@dataclass(frozen=True)
class Source:
    """Files of one kind with the same columns."""

    path: Path  # as the user named it: a file or a folder
    files: tuple[Path, ...]
    kind: str
    names: tuple[str, ...] = ()  # of the columns
    dialect: Dialect = field(default_factory=Dialect)  # of CSV files
    code_columns: tuple[str, ...] = ()  # in which NA is a value
    other_files: tuple[Path, ...] = ()  # in the folder, which are no data
    is_copy: bool = False  # `files` are temporary copies in UTF-8
    is_code_missing: bool = False  # whether NA is a missing value in another column


def get_file_kind(file: Path) -> str:
    """`.csv` for rows.csv and for rows.csv.gz."""
    return Path(file.stem if is_compressed(file) else file.name).suffix.lower()


def is_compressed(file: Path) -> bool:
    return file.suffix.lower() == ".gz"


def find_source(request: DataRequest, ask: Ask) -> Source:
    """The requested files; RefusedError if they are not one table."""
    files = _list_files(request.path)
    source = Source(
        request.path, files, get_file_kind(files[0]), other_files=_list_others(request.path)
    )
    return _read_headers(source, request, ask) if source.kind in CSV else source


def _list_files(path: Path) -> tuple[Path, ...]:
    hint = f"name a {KINDS_IN_WORDS} file, or a folder of files of one of these kinds"
    if path.is_file() and (how := CONVERSIONS.get(path.suffix.lower())):
        raise RefusedError(f"{path} is no table that can be read: {how}.")
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


def _list_others(path: Path) -> tuple[Path, ...]:
    """The files in a folder that are no data."""
    files = sorted(path.iterdir()) if path.is_dir() else []
    others = (file for file in files if get_file_kind(file) not in KINDS and file.is_file())
    return tuple(file for file in others if not file.name.startswith("."))


def _empty_file_error(file: Path) -> RefusedError:
    return RefusedError(f"{file} is empty: name a file that has rows.")


def _read_headers(source: Source, request: DataRequest, ask: Ask) -> Source:
    """The source with its dialect and column names, which all files must share."""
    heads = [_read_head(file) for file in source.files]
    first = source.files[0]
    dialect = detect_dialect(first, heads[0], request, ask)
    for file, head in zip(source.files, heads, strict=True):
        text = dialect.skip_lines(decode_head(file, head, dialect.encoding))
        names = name_columns(next(dialect.split_rows(text), []), dialect)
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
        with gzip.open(file) if is_compressed(file) else file.open("rb") as content:
            return bytes(content.read(HEAD_BYTES))
    except (OSError, EOFError) as error:
        raise RefusedError(
            f"{file} cannot be read ({error}): check that the file is complete."
        ) from error


def name_columns(cells: list[str], dialect: Dialect) -> list[str]:
    """The names of the columns as a generated project reads them."""
    if not dialect.header:
        return [f"column_{number}" for number in range(1, len(cells) + 1)]
    names = [cell.strip() for cell in cells]
    if len(cells) > 1 and not cells[0]:
        names[0] = INDEX  # as in every file that `df.to_csv()` writes
    return names


def check_column_names(file: Path, names: list[str]) -> None:
    """RefusedError if these names cannot be the columns of a table."""
    if not names:
        raise _empty_file_error(file)
    for number, name in enumerate(names, start=1):
        if not name.strip():
            raise RefusedError(f"Column {number} of {file} has no name: add it in the first line.")
        if len(name.splitlines()) > 1:
            raise RefusedError(
                f"Column {number} of {file} has a line break in its name: write it in one line."
            )
    if repeated := [name for name, count in Counter(names).items() if count > 1]:
        raise RefusedError(
            f"{file} has several columns called {repeated[0]}: give each its own name."
        )
    if len(names) < 2:
        raise RefusedError(
            f"{file} has one column ({names[0][:40]}), but a model needs a target and a feature: "
            "pass --delimiter if another character separates the columns."
        )
