"""Finds what is no number in columns that mostly hold numbers, and numbers among other text."""

from dataclasses import replace
from typing import TYPE_CHECKING

from .column import Column
from .lines import find_lines
from .number_format import IrregularCells
from .number_pattern import BLANKS
from .number_shapes import MIN_CODE, MOSTLY
from .source import Source
from .sql import fetch_row, list_values, matches_pattern, quote_text, to_number

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAX_WORDS = 5  # words that are listed
MAX_AFFIXES = 5  # different texts around the numbers; codes have more
DIGITS = f"(?:[1-9][0-9]{{0,2}}(?:[.,'\u2019{BLANKS}][0-9]{{3}})+|[0-9]+)"
NUMBER = f"{DIGITS}(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?"
BEFORE = (
    r"(?:(?i:approx\.?|ca\.?|circa|about|around|over|under|[a-z]{3}|[a-z]?\p{Sc})|[<>≤≥~≈±=(]+)"
)
AFTER = "(?:[\\p{L}%°µ‰\\p{Sc}][\\p{L}%°µ‰²³/0-9]{0,9}[.]?|[)+*\u2013-]+)"
NUMBER_LIKE = f"(?:{BEFORE}[{BLANKS}]?)*[+\u2212-]?{NUMBER}(?:[{BLANKS}]?{AFTER})*"


def find_words(
    database: "DuckDBPyConnection",
    source: Source,
    column: Column,
    irregular: IrregularCells | None,
) -> Column:
    """The column, which is text if some of its cells are no numbers as the others are."""
    if irregular:
        column = replace(
            column,
            kind="text",
            words_among_numbers=irregular.cells,
            numeric_rows=column.filled - irregular.rows,
            number_problem=irregular.problem,
            is_irregular=True,
        )
    elif column.kind == "text" and column.numeric_rows >= MOSTLY * column.filled:
        is_word = f"{to_number(column.cell)} IS NULL"
        words = list_values(database, column.cell, MAX_WORDS, is_word)
        column = replace(column, words_among_numbers=words)
    elif column.kind == "text":
        return replace(column, number_like=_list_number_like(database, column))
    if column.words_among_numbers:
        word = column.words_among_numbers[0][0]
        places = find_lines(database, source, column.name, {word})
        column = replace(column, place=places[0][1] if places else "")
    return column


def _list_number_like(database: "DuckDBPyConnection", column: Column) -> tuple[str, ...]:
    """Some cells, if most are numbers among the same few other characters."""
    cell = column.cell
    is_like = matches_pattern(cell, NUMBER_LIKE)
    affix = f"regexp_replace({cell}, {quote_text(NUMBER)}, '0')"
    rows, affixes, shortest, longest = fetch_row(
        database,
        f"SELECT count_if({is_like}), approx_count_distinct({affix}) FILTER ({is_like}), "
        f"min(length({cell})), max(length({cell})) FROM cells",
    )
    is_code = shortest == longest >= MIN_CODE
    if rows < MOSTLY * column.filled or affixes > MAX_AFFIXES or is_code:
        return ()
    return tuple(value for value, _ in list_values(database, cell, 3, is_like))
