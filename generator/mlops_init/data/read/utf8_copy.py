"""Copies CSV files to UTF-8 with equal line ends, for DuckDB."""

import codecs
import gzip
import shutil
from dataclasses import replace
from pathlib import Path

from ...errors import RefusedError
from .source import Source, is_compressed


def copy_as_utf8(source: Source, folder: Path) -> Source:
    """The source with copies of its files in this folder; RefusedError if a byte is no text."""
    dialect = source.dialect
    if dialect.is_utf8:
        found = {_find_encoding(file, dialect.encoding) for file in source.files}
        others = sorted(found - {dialect.encoding})
        dialect = replace(dialect, encoding=others[-1]) if others else dialect
    source = replace(source, dialect=dialect)
    folder.mkdir(exist_ok=True)
    copies = tuple(
        _copy(source, file, folder / f"copy-{number}.csv")
        for number, file in enumerate(source.files)
    )
    return replace(source, files=copies, is_copy=True)


def _copy(source: Source, file: Path, target: Path) -> Path:
    dialect = source.dialect
    open_file = gzip.open if is_compressed(file) else open
    try:
        with (
            open_file(file, "rt", encoding=dialect.encoding, newline=None) as lines,
            target.open("w", encoding="utf-8", newline="\n") as copy,
        ):
            shutil.copyfileobj(lines, copy)
    except UnicodeError as error:
        raise RefusedError(
            f"{file} is not encoded in {dialect.encoding}: pass --encoding."
        ) from error
    return target


def _find_encoding(file: Path, encoding: str) -> str:
    """The encoding of the whole file, of which the first bytes are UTF-8."""
    decoders = {name: codecs.getincrementaldecoder(name)() for name in (encoding, "cp1252")}
    with gzip.open(file) if is_compressed(file) else file.open("rb") as content:
        while decoders and (block := content.read(1 << 20)):
            for name in [*decoders]:
                try:
                    decoders[name].decode(block)
                except UnicodeDecodeError:
                    del decoders[name]
    return next(iter(decoders), "latin-1")
