"""Measures how alike the targets of the rows of one customer, machine or the like are."""

from typing import TYPE_CHECKING

from ..read.column import Column
from ..read.sql import fetch_row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLE = 50_000  # rows


def measure_similarity(
    database: "DuckDBPyConnection", column: Column, target: Column, *, is_class: bool
) -> float:
    """The intraclass correlation: 0 if rows of one value are like any rows, 1 if all are equal."""
    rows = (
        f"(SELECT {column.cell} AS entity, {target.cell} AS label, {target.sql_value} AS value "
        f"FROM cells WHERE {target.cell} IS NOT NULL AND {column.cell} IS NOT NULL "
        f"AND hash(rowid) % {max(1, target.filled // SAMPLE)} = 0)"
    )
    groups = _select_groups(rows, "entity", is_class)
    query = f"SELECT sum(n * spread), sum(n), count(*), sum(n * n) FROM ({groups})"
    inside, total, count, squares = fetch_row(database, query)
    whole = _select_groups(rows, "1", is_class)
    (around,) = fetch_row(database, f"SELECT sum(n * spread) FROM ({whole})")
    if not around or count < 2 or total <= count:
        return 0.0
    size = (total - squares / total) / (count - 1)  # of a group, on average
    within, between = inside / (total - count), (around - inside) / (count - 1)
    return float((between - within) / (between + (size - 1) * within))


def _select_groups(rows: str, by: str, is_class: bool) -> str:
    """The rows and the spread (variance, or Gini impurity) of each group."""
    if not is_class:
        spread = "count(*)::DOUBLE AS n, var_pop(value) AS spread"
        return f"SELECT {by} AS part, {spread} FROM {rows} GROUP BY part"
    classes = f"SELECT {by} AS part, count(*)::DOUBLE AS m FROM {rows} GROUP BY part, label"
    spread = "sum(m) AS n, 1 - sum(m * m) / (sum(m) * sum(m)) AS spread"
    return f"SELECT {spread} FROM ({classes}) GROUP BY part"
