"""Detects how a CSV file is written: its encoding, delimiter and quotes."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from ...errors import RefusedError
from ..question import Ask, Question
from ..request import DataRequest
from .sql import quote_text
from .words import ALWAYS_MISSING

# DuckDB reads the first two. Files in another encoding are copied.
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252")
COMMENT = "#"
MAX_ROWS = 100  # that are looked at
MAX_ABOVE = 30  # lines above the header
MIN_EQUAL_ROWS = 0.8  # share of rows with the same number of cells
CELL_END = r"[,;|\t\r\n]"
# A backslash and a quote inside a cell. At the end of a cell it is an ordinary backslash.
NUMBER = re.compile(r"[+-]?(\d[\d,]*)?\.?\d+([eE][+-]?\d+)?")
DELIMITER_LINE = re.compile(r'\A"?sep=(.)"?\n')  # the first line, for Excel
ESCAPED_QUOTE = re.compile(rf'\\"(?!{CELL_END}|$)')


@dataclass(frozen=True)
class Dialect:
    """What a CSV reader needs to know."""

    delimiter: str = ","
    encoding: str = "utf-8"
    quote: str = '"'
    escape: str | None = None  # the character before a quote inside quotes; None: it is doubled
    header: bool = True
    skip: int = 0  # lines above the header
    totals: tuple[str, ...] = ()  # first cells of rows that are sums of the others

    @property
    def is_utf8(self) -> bool:
        return self.encoding.startswith("utf-8")

    def skip_lines(self, text: str) -> str:
        """The text from the header on."""
        return "".join(text.splitlines(keepends=True)[self.skip :]) if self.skip else text

    def split_rows(self, text: str) -> Iterator[list[str]]:
        """The cells of each row."""
        return iter(self.read_rows(io.StringIO(text)))

    def read_rows(self, lines: Iterable[str]) -> Any:
        """A reader of the cells of each row, which counts the lines."""
        return csv.reader(
            lines,
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
        }
        words = ", ".join(f"{name} = {quote_text(value)}" for name, value in arguments.items())
        return f"{words}, header = {str(self.header).lower()}, skip = {self.skip}"


def detect_dialect(file: Path, head: bytes, request: DataRequest, ask: Ask) -> Dialect:
    """The dialect of a file by its first bytes. What the user requests wins."""
    encoding = request.encoding or _detect_encoding(file, head)
    text = decode_head(file, head, encoding)
    quote = request.quote or _detect_quote(text)
    escape = "\\" if quote == '"' and ESCAPED_QUOTE.search(text) else None
    dialect = Dialect(encoding=encoding, quote=quote, escape=escape)
    table = DELIMITER_LINE.sub("", text)
    (declared,) = DELIMITER_LINE.findall(text) or [""]
    delimiter = request.delimiter or declared or _detect_delimiter(file, table, dialect)
    dialect = replace(dialect, delimiter=delimiter)
    skip = _count_lines_above(file, table, dialect) + bool(declared)
    dialect = replace(dialect, skip=skip)
    rows = list(dialect.split_rows(dialect.skip_lines(text)))[:MAX_ROWS]
    header = _decide_header(file, rows, ask) if request.header is None else request.header
    return replace(dialect, header=header)


def _count_lines_above(file: Path, text: str, dialect: Dialect) -> int:
    """The lines above the header: comments, a title or other text that has fewer cells."""
    widths = [len(row) for row in dialect.split_rows(text)][:-1][:MAX_ROWS]
    if not widths or (columns := Counter(widths[1:] or widths).most_common(1)[0][0]) < 2:
        return 0
    if widths[0] == columns:
        return 0  # the names may have line breaks
    if widths[0] == columns - 1 and widths.count(columns) == len(widths) - 1:
        raise RefusedError(
            f"{file} has one column name less than columns, as R writes tables with row names: "
            "add a name for the first column."
        )
    lines = text.splitlines()
    above = 0
    while lines[above].startswith(COMMENT) and len(_split(lines[above], dialect)) != columns:
        above += 1
    if above:
        return above
    above = next(n for n, line in enumerate(lines) if len(_split(line, dialect)) == columns)
    body = [len(_split(line, dialect)) for line in lines[above : above + 20]]
    if above > MAX_ABOVE or not set(body[:-1]) <= {columns}:
        return 0
    last = [cell for cell in _split(lines[above - 1], dialect) if cell.strip()] if above else []
    names_columns = len(last) > 1 and not any(map(_to_number, last))
    return above - 1 if names_columns else above


def _split(line: str, dialect: Dialect) -> list[str]:
    return next(dialect.split_rows(line), [])


def _decide_header(file: Path, rows: list[list[str]], ask: Ask) -> bool:
    """Whether the first row names the columns: none of its cells is a number above numbers."""
    first, below = (rows[0], rows[1:-1] or rows[1:]) if rows else ([], [])
    numbers_below = [
        column
        for column in range(len(first))
        if below
        and all(_is_number_or_empty(row[column]) for row in below if column < len(row))
        and any(column < len(row) and row[column].strip() for row in below)
    ]
    as_number = [_to_number(first[column]) for column in numbers_below]
    numbers = [number for number in as_number if number is not None]
    if not as_number:
        return _ask_about_header(file, first, below, ask)
    if len(numbers) < len(as_number):
        return True  # a word above numbers
    if first in below:
        return False
    # Some headers are numbers: years, or the positions that pandas writes.
    steps = {later - earlier for earlier, later in pairwise(numbers)}
    return len(numbers) > 1 and steps == {1.0}


def _ask_about_header(file: Path, first: list[str], below: list[list[str]], ask: Ask) -> bool:
    """Whether the first row of a table of words is a header: names seldom occur as values."""
    columns = [column for column, cell in enumerate(first) if cell.strip()]
    repeated = [
        column
        for column in columns
        if any(column < len(row) and row[column] == first[column] for row in below)
    ]
    if not repeated:
        return True
    options = [
        ("no", "it is a row; the columns are called column_1, column_2 and so on"),
        ("yes", "it holds the names of the columns"),
    ]
    is_row = 2 * len(repeated) >= len(columns)
    line = ", ".join(cell.strip() for cell in first)[:60]
    question = Question(
        "--header",
        f"Does the first line of {file.name} name the columns ({line})?",
        tuple(options if is_row else reversed(options)),
    )
    return ask(question) == "yes"


def _is_number_or_empty(cell: str) -> bool:
    return not cell.strip() or cell in ALWAYS_MISSING or _to_number(cell) is not None


def _to_number(cell: str) -> float | None:
    text = cell.strip().strip("$€£¥%")
    return float(text.replace(",", "")) if NUMBER.fullmatch(text) else None


def decode_head(file: Path, head: bytes, encoding: str) -> str:
    """The first bytes of a file as text; RefusedError if the encoding does not fit."""
    if encoding not in ENCODINGS:
        raise RefusedError(f"--encoding {encoding} is unknown: choose {', '.join(ENCODINGS)}.")
    try:
        return _decode(head, encoding).replace("\r\n", "\n").replace("\r", "\n")
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
        raise RefusedError(
            f"{file} is not a text file, so it is not CSV: save it as UTF-8 if it is UTF-16."
        )
    try:
        _decode(head, "utf-8")
    except UnicodeDecodeError:
        return find_single_byte_encoding(head)
    return "utf-8-sig" if head.startswith(b"\xef\xbb\xbf") else "utf-8"


def find_single_byte_encoding(content: bytes) -> str:
    """cp1252, which has the euro sign, unless a byte has no meaning in it."""
    try:
        _decode(content, "cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


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
    best, most = ",", (False, 1)
    for delimiter in (",", ";", "\t", "|", " "):
        if delimiter == " " and most[1] > 1:
            break  # texts hold spaces, so a space is the last resort
        rows = list(replace(dialect, delimiter=delimiter).split_rows(text))[:-1][:MAX_ROWS]
        widths = Counter(len(row) for row in rows if row)
        columns, found = widths.most_common(1)[0] if widths else (0, 0)
        if columns < 2 or found < MIN_EQUAL_ROWS * widths.total():
            continue
        # Lines above the header have other widths, but mostly the first line is the header.
        if (len(rows[0]) == columns, columns) > most:
            best, most = delimiter, (len(rows[0]) == columns, columns)
    return best
