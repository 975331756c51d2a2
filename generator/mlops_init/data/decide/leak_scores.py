"""Measures how well each column predicts the target alone."""

from typing import TYPE_CHECKING

from ..read.column import Column
from ..read.sql import fetch_row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLE = 50_000  # rows
MIN_ROWS = 100


def score_columns(
    database: "DuckDBPyConnection", target: Column, columns: list[Column], *, is_class: bool
) -> dict[str, float]:
    """The score of each column: 0 tells nothing of the target, 1 everything."""
    if target.filled < MIN_ROWS:
        return {}
    score_column = _score_for_classes if is_class else _score_for_numbers
    return {column.name: score_column(database, column, target) for column in columns}


# Both scores sort the rows by the column, and compare the targets of neighbours. Rows of the same
# value come in any order. Missing values come last, since being missing may reveal the target, too.
def _score_for_classes(database: "DuckDBPyConnection", column: Column, target: Column) -> float:
    """How much more often neighbours are of one class than by chance."""
    pairs = _select_neighbours(column, target, target.cell)
    equal = f"SELECT avg((value = neighbour)::INT) FROM ({pairs})"
    by_chance = (
        "SELECT sum(n * n) / (sum(n) * sum(n)) FROM (SELECT count(*)::DOUBLE AS n "
        f"FROM {_select_sample(target)} GROUP BY {target.cell})"
    )
    share, chance = fetch_row(database, f"SELECT ({equal}), ({by_chance})")
    return float((share - chance) / (1 - chance)) if chance < 1 else 0.0


def _score_for_numbers(database: "DuckDBPyConnection", column: Column, target: Column) -> float:
    """How much smaller the variance between neighbours is than the whole variance."""
    pairs = _select_neighbours(column, target, target.sql_value)
    query = (
        f"SELECT avg((value - neighbour) * (value - neighbour)) / 2, var_pop(value) FROM ({pairs})"
    )
    between_neighbours, whole = fetch_row(database, query)
    return (
        float(1 - between_neighbours / whole) if whole and between_neighbours is not None else 0.0
    )


def _select_neighbours(column: Column, target: Column, value: str) -> str:
    """The target of each row and of the row before it, in the order of the column."""
    order = f"ORDER BY {column.sql_value} NULLS LAST, hash(rowid)"
    neighbour = f"lag({value}) OVER ({order}) AS neighbour"
    return f"SELECT {value} AS value, {neighbour} FROM {_select_sample(target)}"


def _select_sample(target: Column) -> str:
    """One row in so many of those with a target, always the same ones."""
    every = max(1, target.filled // SAMPLE)
    return f"cells WHERE {target.cell} IS NOT NULL AND hash(rowid) % {every} = 0"
