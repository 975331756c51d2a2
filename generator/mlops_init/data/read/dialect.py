"""Detects how a CSV file is written: its encoding, delimiter and quotes."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ...errors import RefusedError
from ..request import DataRequest
from .sql import quote_text

# Name in Python -> name in DuckDB. cp1252 and Latin-1 differ only in characters no rule looks at.
ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16",
    **dict.fromkeys(("latin-1", "cp1252"), "latin-1"),
}
CELL_END = r"[,;|\t\r\n]"
# A backslash and a quote inside a cell. At the end of a cell it is an ordinary backslash.
ESCAPED_QUOTE = re.compile(rf'\\"(?!{CELL_END}|$)')


@dataclass(frozen=True)
class Dialect:
    """What a CSV reader needs to know."""

    delimiter: str = ","
    encoding: str = "utf-8"
    quote: str = '"'
    escape: str | None = None  # the character before a quote inside quotes; None: it is doubled

    def split_rows(self, text: str) -> Iterator[list[str]]:
        """The cells of each row."""
        return csv.reader(
            io.StringIO(text),
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape,
        )

    def duckdb_arguments(self) -> str:
        """Arguments for DuckDB's `read_csv`."""
        arguments = {
            "delim": self.delimiter,
            "quote": self.quote,
            "escape": self.escape or self.quote,
            "encoding": ENCODINGS[self.encoding],
        }
        return ", ".join(f"{name} = {quote_text(value)}" for name, value in arguments.items())


def detect_dialect(file: Path, head: bytes, request: DataRequest) -> Dialect:
    """The dialect of a file by its first bytes. What the user requests wins."""
    encoding = request.encoding or _detect_encoding(file, head)
    text = decode_head(file, head, encoding)
    quote = request.quote or _detect_quote(text)
    escape = "\\" if quote == '"' and ESCAPED_QUOTE.search(text) else None
    dialect = Dialect(encoding=encoding, quote=quote, escape=escape)
    return replace(dialect, delimiter=request.delimiter or _detect_delimiter(file, text, dialect))


def decode_head(file: Path, head: bytes, encoding: str) -> str:
    """The first bytes of a file as text; RefusedError if the encoding does not fit."""
    if encoding not in ENCODINGS:
        raise RefusedError(f"--encoding {encoding} is unknown: choose {', '.join(ENCODINGS)}.")
    try:
        return _decode(head, encoding)
    except UnicodeError as error:
        raise RefusedError(
            f"{file} is not encoded in {encoding}: omit --encoding, or choose another."
        ) from error


def _decode(head: bytes, encoding: str) -> str:
    # The head may end inside a character, which an incremental decoder accepts.
    return codecs.getincrementaldecoder(encoding)().decode(head)


def _detect_encoding(file: Path, head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in head:
        raise RefusedError(f"{file} is not a text file, so it is not CSV.")
    try:
        _decode(head, "utf-8")
    except UnicodeDecodeError:
        return "cp1252" if any(0x80 <= byte <= 0x9F for byte in head) else "latin-1"
    return "utf-8-sig" if head.startswith(b"\xef\xbb\xbf") else "utf-8"


def _detect_quote(text: str) -> str:
    """A single quote, if single quotes only enclose cells and double quotes never do."""
    complete_lines = text[: text.rfind("\n") + 1]
    quoted_cells = re.findall(rf"(?:^|(?<={CELL_END}))'(?:[^']|'')*'(?={CELL_END})", complete_lines)
    quotes_in_cells = sum(cell.count("'") for cell in quoted_cells)
    only_enclose = bool(quoted_cells) and quotes_in_cells == complete_lines.count("'")
    return "'" if only_enclose and not re.search(rf'(?:^|{CELL_END})"', complete_lines) else '"'


def _detect_delimiter(file: Path, text: str, dialect: Dialect) -> str:
    """The character that splits the first lines into most columns, equally many in each line."""
    if ".tsv" in file.suffixes:
        return "\t"
    best, most_columns = ",", 1
    for delimiter in (",", ";", "\t", "|", " "):
        if delimiter == " " and best != ",":
            break  # texts hold spaces, so a space is the last resort
        rows = list(replace(dialect, delimiter=delimiter).split_rows(text))[:-1][:100]
        widths = Counter(len(row) for row in rows if row)
        columns = len(rows[0]) if rows else 0
        if columns > most_columns and widths[columns] >= 0.9 * widths.total():
            best, most_columns = delimiter, columns
    return best
