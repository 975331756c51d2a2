"""Detects how a CSV file writes numbers, and writes them in the table as Python does."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..question import Ask, Question
from .source import CSV, Source
from .sql import fetch_row, matches_word
from .words import MISSING_AMONG_NUMBERS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CURRENCIES = "$€£¥"
SYMBOLS = CURRENCIES + "%"
COLUMNS_PER_QUERY = 20
BODY = rf"^([+-]?)[{CURRENCIES}]? ?([0-9.,]+) ?[{SYMBOLS}]?$"  # a number between symbols
SHAPES = {
    "us": r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?(\.[0-9]+)?",  # 1,234.5
    "eu": r"[+-]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)(,[0-9]+)?",  # 1.234,5
    "bare": "[+-]?[0-9]+",
    "below_one": "[+-]?0,[0-9]+",
    "point_groups": r"[+-]?[0-9]{1,3}(\.[0-9]{3})+",
}


@dataclass(frozen=True)
class NumberFormat:
    """What stands between and around the digits of the numbers in CSV files."""

    decimal: str = "."
    thousands: str | None = None
    symbols: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counts:
    """How many cells of a column have which shape."""

    cell: str
    name: str
    filled: int  # without words for a missing value
    commas: int
    points: int
    symbols: tuple[str, ...]
    shapes: dict[str, int]

    def has_only(self, shape: str) -> bool:
        return self.filled > 0 and self.shapes[shape] == self.filled

    @property
    def is_us(self) -> bool:
        return self.has_only("us") and self.commas > 0

    @property
    def is_eu(self) -> bool:
        return self.has_only("eu") and self.commas > 0


def normalize_numbers(
    database: "DuckDBPyConnection", source: Source, requested: str | None, ask: Ask
) -> NumberFormat:
    """The format of the numbers. In the table they get a decimal point and nothing else."""
    if source.kind not in CSV:
        return NumberFormat()
    if not _has_signs(database, source):
        return NumberFormat(requested or ".")
    columns = [each for each in _count_shapes(database, source) if each.filled]
    decimal, notes = (requested, ()) if requested else _decide_decimal(columns, source, ask)
    is_thousands_comma = decimal == "." and any(each.is_us for each in columns)
    thousands, shape = ("," if is_thousands_comma else None), "us"
    if decimal == ",":
        shape = "eu"
        grouped = any(each.has_only("eu") and each.points for each in columns)
        thousands = "." if grouped else None
    symbols: set[str] = set()
    for each in columns:
        is_number = each.has_only(shape) and (each.commas or each.symbols or thousands == ".")
        if not is_number or len(set(each.symbols) & set(CURRENCIES)) > 1:
            continue  # amounts in different currencies cannot be compared
        symbols |= {*each.symbols}
        body = rf"regexp_replace({each.cell}, '{BODY}', '\1\2')"
        body = f"replace({body}, '{thousands}', '')" if thousands else body
        database.execute(f"UPDATE cells SET {each.cell} = replace({body}, ',', '.')")
    return NumberFormat(decimal, thousands, tuple(sorted(symbols)), notes)


def _has_signs(database: "DuckDBPyConnection", source: Source) -> bool:
    """Whether a cell holds a comma or a symbol; if none does, the shapes need not be counted."""
    cells = [f"c{number}" for number in range(len(source.names))]
    for start in range(0, len(cells), COLUMNS_PER_QUERY):
        some = cells[start : start + COLUMNS_PER_QUERY]
        found = (f"bool_or(regexp_matches({cell}, '[,{SYMBOLS}]'))" for cell in some)
        if any(fetch_row(database, f"SELECT {', '.join(found)} FROM cells")):
            return True
    return False


def _decide_decimal(columns: list[Counts], source: Source, ask: Ask) -> tuple[str, tuple[str, ...]]:
    """Three digits behind every comma mean thousands, if nothing in the file contradicts."""
    if any(each.is_eu and (not each.is_us or each.shapes["below_one"]) for each in columns):
        return ",", ()
    doubtful = [each for each in columns if each.is_us and each.is_eu]
    has_points = any(each.has_only("us") and each.points for each in columns)
    is_certain = has_points or source.dialect.delimiter == ","
    for each in doubtful:
        if is_certain or each.shapes["bare"]:
            continue
        question = Question(
            "--decimal",
            f"Every number of {each.name} has a comma before its last three digits. What is it?",
            (
                (".", "a thousands separator: 12,345 is 12345"),
                (",", "a decimal comma: 12,345 is 12.345"),
            ),
        )
        decimal = ask(question)
        meaning = "a decimal comma" if decimal == "," else "a thousands separator"
        return decimal, (
            f"The comma in numbers such as those of {each.name} is read as {meaning}: "
            "pass --decimal , or --decimal . to decide it.",
        )
    return ".", ()


def _count_shapes(database: "DuckDBPyConnection", source: Source) -> Iterator[Counts]:
    for start in range(0, len(source.names), COLUMNS_PER_QUERY):
        names = source.names[start : start + COLUMNS_PER_QUERY]
        cells = [f"c{start + number}" for number in range(len(names))]
        expressions = [each for cell in cells for each in _list_counts(cell)]
        results = iter(fetch_row(database, f"SELECT {', '.join(expressions)} FROM cells"))
        for cell, name in zip(cells, names, strict=True):
            yield _read_counts(cell, name, [next(results) or 0 for _ in _list_counts(cell)])


def _list_counts(cell: str) -> list[str]:
    """What is counted of a column, in SQL."""
    is_value = f"NOT {matches_word(f'lower({cell})', sorted(MISSING_AMONG_NUMBERS))}"
    body = rf"regexp_replace({cell}, '{BODY}', '\1\2')"
    return [
        f"count_if({is_value})",
        f"count_if({is_value} AND contains({cell}, ','))",
        f"count_if({is_value} AND contains({cell}, '.'))",
        *(f"count_if({is_value} AND contains({cell}, '{symbol}'))" for symbol in SYMBOLS),
        *(
            f"count_if({is_value} AND regexp_full_match({body}, '{shape}'))"
            for shape in SHAPES.values()
        ),
    ]


def _read_counts(cell: str, name: str, counts: list[Any]) -> Counts:
    filled, commas, points, *rest = counts
    symbols = tuple(symbol for symbol, rows in zip(SYMBOLS, rest, strict=False) if rows)
    shapes = dict(zip(SHAPES, rest[len(SYMBOLS) :], strict=True))
    return Counts(cell, name, filled, commas, points, symbols, shapes)
