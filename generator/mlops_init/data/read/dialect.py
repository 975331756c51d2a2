"""How a CSV file is written: its encoding, what cuts its columns, and its quotes."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ...errors import RefusedError
from ..request import Wishes

# As Python calls them, and DuckDB. cp1252 differs from Latin-1 in signs that no rule looks at.
ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16",
    **dict.fromkeys(("latin-1", "cp1252"), "latin-1"),
}
CUT = r"[,;|\t\r\n]"  # what stands beside a cell
ESCAPED = re.compile(rf'\\"(?!{CUT}|$)')  # doubled quotes would leave text behind the last one


@dataclass(frozen=True)
class Dialect:
    """What a reader has to be told."""

    delimiter: str = ","
    encoding: str = "utf-8"
    quote: str = '"'
    escape: str | None = None  # stands before a quote inside quotes; None: that is doubled

    def rows(self, text: str) -> Iterator[list[str]]:
        """The cells of each line."""
        return csv.reader(
            io.StringIO(text),
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape,
        )

    def duckdb(self) -> str:
        """The same, as arguments of its `read_csv`."""
        said = {"delim": self.delimiter, "quote": self.quote, "escape": self.escape or self.quote}
        said["encoding"] = ENCODINGS[self.encoding]
        return ", ".join(f"{name} = {literal(word)}" for name, word in said.items())


def literal(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def dialect_of(file: Path, head: bytes, wishes: Wishes) -> Dialect:
    """How a file is written, by its first bytes; what the owner said of it wins."""
    encoding = wishes.encoding or _encoding(file, head)
    text = text_of(file, head, encoding)
    quote = wishes.quote or _quote(text)
    escape = "\\" if quote == '"' and ESCAPED.search(text) else None
    found = wishes.delimiter or _delimiter(file, text, Dialect(quote=quote, escape=escape))
    return Dialect(found, encoding, quote, escape)


def text_of(file: Path, head: bytes, encoding: str) -> str:
    """The first bytes of a file as text; RefusedError if they are written otherwise."""
    if encoding not in ENCODINGS:
        raise RefusedError(f"--encoding {encoding} is unknown: choose {', '.join(ENCODINGS)}.")
    try:
        return _decoded(head, encoding)
    except UnicodeError as error:
        raise RefusedError(
            f"{file} is not written in {encoding}: leave out --encoding, or name another"
        ) from error


def _decoded(head: bytes, encoding: str) -> str:
    # A character may be cut at the end of the head: an incremental decoder waits for its rest.
    return codecs.getincrementaldecoder(encoding)().decode(head)


def _encoding(file: Path, head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in head:
        raise RefusedError(f"{file} holds no text: it is no CSV file.")
    try:
        _decoded(head, "utf-8")
    except UnicodeDecodeError:
        return "cp1252" if any(0x80 <= byte <= 0x9F for byte in head) else "latin-1"
    return "utf-8-sig" if head.startswith(b"\xef\xbb\xbf") else "utf-8"


def _quote(text: str) -> str:
    """A single one, if each opens or closes a cell and no cell begins with a double one."""
    whole = text[: text.rfind("\n") + 1]
    cells = re.findall(rf"(?:^|(?<={CUT}))'(?:[^']|'')*'(?={CUT})", whole)
    every = bool(cells) and sum(cell.count("'") for cell in cells) == whole.count("'")
    return "'" if every and not re.search(rf'(?:^|{CUT})"', whole) else '"'


def _delimiter(file: Path, text: str, quotes: Dialect) -> str:
    """The one that cuts the first lines into most columns, the same number in each."""
    if ".tsv" in file.suffixes:
        return "\t"
    best, most = ",", 1
    for delimiter in (",", ";", "\t", "|", " "):
        rows = list(replace(quotes, delimiter=delimiter).rows(text))[:-1][:100]
        widths = Counter(len(row) for row in rows if row)
        width = len(rows[0]) if rows else 0
        if delimiter == " " and best != ",":
            break  # blanks cut columns only where nothing else does
        if widths and width > most and widths[width] >= 0.9 * widths.total():
            best, most = delimiter, width
    return best
