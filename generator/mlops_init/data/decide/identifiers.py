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
MAX_NAMED_CODES = 20


def ask_about_first_column(column: Column, ask: Ask) -> dict[str, str]:
    """Name and reason of the first column if it has no name and seems to identify the rows."""
    is_whole = column.kind == "number" and column.is_whole and column.filled >= MIN_ROWS
    if column.name != FIRST_NAMELESS or not is_whole or column.distinct < NEARLY * column.rows:
        return {}
    question = Question(
        f"--include {column.name}",
        f"Nearly each row has its own whole number in {column.name}. Is it a quantity?",
        (("no", "exclude it: it identifies the rows"), ("yes", "use it as a feature")),
    )
    if ask(question) == "yes":
        return {}
    return {column.name: "an identifier by its values, nearly each row has its own"}


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
