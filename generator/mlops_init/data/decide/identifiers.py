"""Finds columns of whole numbers that are no quantities: identifiers, row numbers and codes."""

from typing import TYPE_CHECKING

from ..question import Ask, Question
from ..read.column import Column
from ..read.source import INDEX
from ..read.sql import fetch_row
from .names import NAMES_OF_CODES, is_called_code, is_called_identifier

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FIRST_NAMELESS = "column_1"  # of a file without column names
NEARLY = 0.8  # share of the rows; different values are counted with an error of a tenth
MIN_ROWS = 100
MIN_REPEATS = 10  # that chance would give
MAX_NAMED_CODES = 20


def ask_about_identifiers(columns: list[Column], ask: Ask) -> dict[str, str]:
    """Name and reason of the columns whose values seem to identify the rows."""
    identifiers = {}
    for column in columns:
        is_whole = column.kind == "number" and column.is_whole and column.filled >= MIN_ROWS
        if not is_whole or not (_is_nameless(column) or _never_repeats(column)):
            continue
        each = "each row" if column.is_unique else "nearly each row"
        question = Question(
            f"--include {column.name}",
            f"In {column.name} {each} has its own whole number. Is it a quantity?",
            (("no", "exclude it: it identifies the rows"), ("yes", "use it as a feature")),
        )
        if ask(question) == "no":
            identifiers[column.name] = f"an identifier by its values, {each} has its own"
    return identifiers


def _is_nameless(column: Column) -> bool:
    """The first column of a file without names, in which nearly each row has its own value."""
    return column.name == FIRST_NAMELESS and column.distinct >= NEARLY * column.rows


def _never_repeats(column: Column) -> bool:
    """Whether no value occurs twice, although so many of its range would repeat by chance."""
    repeats = column.rows**2 / (2 * (column.max - column.min + 1))
    return column.is_unique and repeats >= MIN_REPEATS


def find_numbering(database: "DuckDBPyConnection", columns: list[Column]) -> dict[str, str]:
    """Name and reason of each column that only numbers the rows or what they are about."""
    numbering = {}
    for column in columns:
        if column.kind != "number" or not column.is_whole:
            continue
        if column.name == INDEX and column.is_unique:
            numbering[column.name] = "the row numbers that pandas writes"
        elif column.rows < MIN_ROWS:
            continue
        elif _may_identify(column) and column.distinct >= 0.5 * column.filled:
            numbering[column.name] = "an identifier by its name, nearly each row has its own"
        elif column.is_unique and _only_increases(database, column):
            numbering[column.name] = "numbers the rows: it is larger in each row than in the last"
    return numbering


def _may_identify(column: Column) -> bool:
    return is_called_identifier(column.name) and not is_called_code(column.name)


def _only_increases(database: "DuckDBPyConnection", column: Column) -> bool:
    value = column.sql_value
    earlier = f"SELECT {value} AS value, lag({value}) OVER (ORDER BY rowid) AS earlier FROM cells"
    (falls,) = fetch_row(database, f"SELECT count_if(value <= earlier) FROM ({earlier})")
    return bool(falls == 0)


def is_code(column: Column) -> bool:
    """Whether whole numbers stand for things, so that a larger one is not more of something."""
    if column.kind != "number" or not column.is_whole:
        return False
    is_named = column.name.lower() in NAMES_OF_CODES and column.distinct <= MAX_NAMED_CODES
    return is_named or (is_called_code(column.name) and column.min >= 0)
