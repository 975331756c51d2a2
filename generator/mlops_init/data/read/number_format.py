"""Detects how a CSV file writes numbers, and writes them in the table as Python does."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..question import Ask, Question
from .number_pattern import (
    NEGATIVES,
    SYMBOLS,
    THOUSANDS,
    number_pattern,
    plain_number,
)
from .number_shapes import MOSTLY, Shapes, count_shapes
from .source import CSV, Source
from .sql import fetch_row, fetch_rows, matches_pattern, matches_word, to_number
from .words import MISSING_AMONG_NUMBERS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MIN_GROUPS = 0.05  # share of the cells
MAX_IRREGULAR = 5  # cells that are listed
WHOLE_WITH_FRACTION = r"^(-?(0|[1-9][0-9]*))\.0*$"


@dataclass(frozen=True)
class NumberFormat:
    """What stands between and around the digits of the numbers in CSV files."""

    decimal: str = "."
    thousands: str | None = None
    symbols: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()  # examples, such as (5)
    notes: tuple[str, ...] = ()

    def describe(self) -> str:
        point = "comma" if self.decimal == "," else "point"
        example = f"1{self.thousands or ''}234{self.decimal}5"
        return f"with a decimal {point} ({example})"


@dataclass(frozen=True)
class IrregularCells:
    """Cells that are written in another way than most numbers of the file."""

    rows: int
    cells: tuple[tuple[str, int], ...]  # (cell, rows), the most frequent first
    problem: str


def normalize_numbers(
    database: "DuckDBPyConnection", source: Source, requested: str | None, ask: Ask
) -> tuple[NumberFormat, dict[str, IrregularCells]]:
    """(the format of the numbers, the cells by column that are no numbers of this format).

    In the table, numbers get a decimal point and nothing else.
    """
    if source.kind not in CSV:
        return NumberFormat(), {}
    columns = count_shapes(database, source, requested)
    decimal, notes = (requested, ()) if requested else _decide_decimal(columns, source, ask)
    numbers = NumberFormat(decimal, _choose_thousands(columns, decimal), notes=notes)
    irregular = {}
    for each in columns:
        numbers, cells = _normalize_column(database, each, numbers)
        if cells:
            irregular[each.cell] = cells
    _shorten_whole_numbers(database, source)
    return numbers, irregular


def _shorten_whole_numbers(database: "DuckDBPyConnection", source: Source) -> None:
    """Write 1.0 as 1, as a project reads it."""
    for cell in (f"c{number}" for number in range(len(source.names))):
        database.execute(
            f"UPDATE cells SET {cell} = regexp_replace({cell}, '{WHOLE_WITH_FRACTION}', '\\1') "
            f"WHERE {cell} LIKE '%.' OR {cell} LIKE '%.0%'"
        )


def _choose_thousands(columns: list[Shapes], decimal: str) -> str | None:
    """The separator of most groups of three digits.

    A few numbers such as 1.234 among others such as 7,25 may be mistakes.
    """
    numeric = [each for each in columns if each.has_mostly("eu" if decimal == "," else "us")]
    separators = (each for each in THOUSANDS if each != decimal)
    rows = {
        name: sum(
            each.groups[name]
            for each in numeric
            if each.sure_groups[name] or each.groups[name] >= MIN_GROUPS * each.filled
        )
        for name in separators
    }
    best = max(rows, key=lambda name: rows[name])
    return best if rows[best] else None


def _normalize_column(
    database: "DuckDBPyConnection", column: Shapes, numbers: NumberFormat
) -> tuple[NumberFormat, IrregularCells | None]:
    """Write the numbers of a column as Python does, unless some are written in another way."""
    cell = column.cell
    thousands = (numbers.thousands,) if numbers.thousands else ()
    pattern = number_pattern(numbers.decimal, thousands, SYMBOLS, [*NEGATIVES])
    is_number = matches_pattern(cell, pattern)
    others = f"NOT {is_number} AND {to_number(cell)} IS NOT NULL AND isfinite({to_number(cell)})"
    problem = f"numbers {numbers.describe()}, but others"
    matched, plain = fetch_row(
        database, f"SELECT count_if({is_number}), count_if({others}) FROM cells"
    )
    if max(matched, plain) < MOSTLY * column.filled or column.has_several_currencies:
        return numbers, None  # amounts in different currencies cannot be compared
    if 0 < column.symbols.get("%", 0) < matched:
        others, problem = f"NOT contains({cell}, '%')", "numbers with %, but others"
        others += f" AND NOT {matches_word(f'lower({cell})', sorted(MISSING_AMONG_NUMBERS))}"
        plain = 1
    if plain:
        return numbers, _list_irregular(database, cell, others, problem)
    if column.commas or column.symbols or column.negatives or thousands:
        value = plain_number(cell, numbers.decimal, numbers.thousands)
        database.execute(f"UPDATE cells SET {cell} = {value} WHERE {is_number}")
    symbols = {*numbers.symbols, *column.symbols}
    negative = {*numbers.negative, *column.negatives}
    return replace(numbers, symbols=tuple(sorted(symbols)), negative=tuple(sorted(negative))), None


def _list_irregular(
    database: "DuckDBPyConnection", cell: str, condition: str, problem: str
) -> IrregularCells:
    cells = fetch_rows(
        database,
        f"SELECT {cell}, count(*) AS n FROM cells WHERE {condition} GROUP BY 1 ORDER BY n DESC, 1",
    )
    return IrregularCells(sum(n for _, n in cells), tuple(cells[:MAX_IRREGULAR]), problem)


def _decide_decimal(columns: list[Shapes], source: Source, ask: Ask) -> tuple[str, tuple[str, ...]]:
    """Three digits behind every comma mean thousands, if nothing in the file contradicts."""
    if any(each.is_eu and not each.is_us for each in columns):
        return ",", ()
    doubtful = [each for each in columns if each.is_us and each.is_eu]
    if doubtful and any(each.has_mostly("us") and each.has_blank_groups for each in columns):
        return ",", ()  # blanks separate thousands, so a comma does not
    if not doubtful:
        return _decide_points(columns, source, ask)
    has_points = any(each.has_mostly("us") and each.points for each in columns)
    is_certain = has_points or source.dialect.delimiter == ","
    for each in doubtful:
        if not is_certain and not each.shapes["bare"]:
            return _ask_about(each.name, "comma", ask)
    return ".", ()


def _decide_points(columns: list[Shapes], source: Source, ask: Ask) -> tuple[str, tuple[str, ...]]:
    """Three digits behind every point may mean thousands, where no comma is a decimal comma."""
    if any(each.is_us for each in columns):
        return ".", ()
    for each in columns:
        groups, bare = each.shapes["point_groups"], each.shapes["bare"]
        if not groups or groups + bare < each.filled:
            continue
        if each.shapes["us"] < each.filled:  # 1.234.567
            return ",", ()
        if source.dialect.delimiter != ",":
            return _ask_about(each.name, "point", ask, is_fraction=bare == 0)
    return ".", ()


def _ask_about(
    name: str, sign: str, ask: Ask, *, is_fraction: bool = False
) -> tuple[str, tuple[str, ...]]:
    """What a comma or a point before the last three digits is."""
    character = "," if sign == "comma" else "."
    number, other = f"12{character}345", "." if sign == "comma" else ","
    options = [
        (other, f"a thousands separator: {number} is 12345"),
        (character, f"a decimal {sign}: {number} is 12.345"),
    ]
    question = Question(
        "--decimal",
        f"Every number of {name} has a {sign} before its last three digits. What is it?",
        tuple(reversed(options) if is_fraction else options),
    )
    decimal = ask(question)
    meaning = f"a decimal {sign}" if decimal == character else "a thousands separator"
    return decimal, (
        f"The {sign} in numbers such as those of {name} is read as {meaning}: "
        "pass --decimal , or --decimal . to decide it.",
    )
