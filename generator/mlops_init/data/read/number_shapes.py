"""Counts how the numbers of each column of a CSV file are written."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .number_pattern import (
    BLANKS,
    CURRENCIES,
    NEGATIVES,
    SYMBOLS,
    THOUSANDS,
    number_pattern,
)
from .source import Source
from .sql import fetch_row, matches_pattern, matches_word, quote_text
from .words import MISSING_AMONG_NUMBERS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS_PER_QUERY = 20
MOSTLY = 0.8  # share of the cells; the others may be mistakes
MIN_CODE = 11  # characters; codes such as 732 829 320 all have the same number
# Characters that only some ways to write a number have.
SIGN = f"[,$€£¥₹%'\u2019()\u2212]|[0-9][{BLANKS}][0-9]|[0-9]-$|[.][0-9]{{3}}[.]|USD|EUR|GBP|CHF"
SHAPES = {
    "us": number_pattern(".", (",", " ", "'"), SYMBOLS, [*NEGATIVES]),  # 1,234.5
    "eu": number_pattern(",", (".", " ", "'"), SYMBOLS, [*NEGATIVES]),  # 1.234,5
    "bare": "[+-]?[0-9]+",
    "point_groups": r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+",
}


@dataclass(frozen=True)
class Shapes:
    """How many cells of a column are written in which way."""

    cell: str
    name: str
    filled: int  # without words for a missing value
    shortest: int
    longest: int
    commas: int
    points: int
    groups: dict[str, int]  # thousands separator -> cells with such groups
    sure_groups: dict[str, int]  # the same, of cells with a decimal sign or another group as well
    symbols: dict[str, int]
    negatives: dict[str, int]
    shapes: dict[str, int]

    def has_mostly(self, shape: str) -> bool:
        """Whether most cells have this shape, and no fewer than have the other one."""
        best = max(self.shapes["us"], self.shapes["eu"])
        return MOSTLY * self.filled <= self.shapes[shape] and self.shapes[shape] >= best

    @property
    def is_us(self) -> bool:
        return self.has_mostly("us") and self.commas > 0

    @property
    def is_eu(self) -> bool:
        return self.has_mostly("eu") and self.commas > 0

    @property
    def is_numeric(self) -> bool:
        return self.has_mostly("us") or self.has_mostly("eu")

    @property
    def has_blank_groups(self) -> bool:
        return self.groups[" "] + self.groups["'"] > 0

    @property
    def is_code(self) -> bool:
        return self.groups[" "] > 0 and self.shortest == self.longest >= MIN_CODE

    @property
    def has_several_currencies(self) -> bool:
        return len({*self.symbols} & {*CURRENCIES}) > 1


@dataclass(frozen=True)
class Signs:
    """Which signs a column has."""

    cell: str
    name: str
    has_sign: bool
    has_point: bool


def count_shapes(
    database: "DuckDBPyConnection", source: Source, requested: str | None
) -> list[Shapes]:
    """The shapes in each column that has a point or another sign between digits."""
    signs = [*_find_signs(database, source)]
    shapes = _count(database, [(each.cell, each.name) for each in signs if each.has_sign])
    is_usual = source.dialect.delimiter == "," and requested != ","
    if is_usual and not any(each.is_numeric for each in shapes):
        return shapes  # numbers with points are written as Python does
    points = [(each.cell, each.name) for each in signs if each.has_point and not each.has_sign]
    return shapes + _count(database, points)


def _count(database: "DuckDBPyConnection", cells: list[tuple[str, str]]) -> list[Shapes]:
    shapes = []
    for start in range(0, len(cells), COLUMNS_PER_QUERY):
        some = cells[start : start + COLUMNS_PER_QUERY]
        expressions = [each for cell, _ in some for each in _list_counts(cell)]
        results = iter(fetch_row(database, f"SELECT {', '.join(expressions)} FROM cells"))
        for cell, name in some:
            counts = [next(results) or 0 for _ in _list_counts(cell)]
            shapes.append(_read_counts(cell, name, counts))
    return [each for each in shapes if each.filled and not each.is_code]


def _find_signs(database: "DuckDBPyConnection", source: Source) -> Iterator[Signs]:
    """The signs of each column."""
    columns = [(f"c{number}", name) for number, name in enumerate(source.names)]
    for start in range(0, len(columns), COLUMNS_PER_QUERY):
        some = columns[start : start + COLUMNS_PER_QUERY]
        counts = ", ".join(
            f"bool_or(regexp_matches({cell}, {quote_text(SIGN)})), bool_or(contains({cell}, '.'))"
            for cell, _ in some
        )
        results = iter(fetch_row(database, f"SELECT {counts} FROM cells"))
        for cell, name in some:
            yield Signs(cell, name, bool(next(results)), bool(next(results)))


def _list_counts(cell: str) -> list[str]:
    """What is counted of a column, in SQL."""
    is_value = f"NOT {matches_word(f'lower({cell})', sorted(MISSING_AMONG_NUMBERS))}"

    def count(condition: str) -> str:
        return f"count_if({is_value} AND {condition})"

    def matches(pattern: str) -> str:
        return count(f"regexp_matches({cell}, {quote_text(pattern)})")

    return [
        f"count_if({is_value})",
        f"min(length({cell})) FILTER ({is_value})",
        f"max(length({cell})) FILTER ({is_value})",
        count(f"contains({cell}, ',')"),
        count(f"contains({cell}, '.')"),
        *(matches(f"[0-9]{each}[0-9]{{3}}") for each in THOUSANDS.values()),
        *(matches(f"[0-9]{each}[0-9]{{3}}(?:[.,]|{each})[0-9]") for each in THOUSANDS.values()),
        *(count(f"contains({cell}, {quote_text(symbol)})") for symbol in SYMBOLS),
        *(matches(pattern) for pattern in NEGATIVES.values()),
        *(count(matches_pattern(cell, shape)) for shape in SHAPES.values()),
    ]


def _read_counts(cell: str, name: str, counts: list[int]) -> Shapes:
    filled, shortest, longest, commas, points, *rest = counts
    results = iter(rest)
    groups = {each: next(results) for each in THOUSANDS}
    sure_groups = {each: next(results) for each in THOUSANDS}
    symbols = {each: rows for each in SYMBOLS if (rows := next(results))}
    negatives = {each: rows for each in NEGATIVES if (rows := next(results))}
    shapes = {each: next(results) for each in SHAPES}
    return Shapes(
        *(cell, name, filled, shortest, longest, commas, points),
        groups=groups,
        sure_groups=sure_groups,
        symbols=symbols,
        negatives=negatives,
        shapes=shapes,
    )
