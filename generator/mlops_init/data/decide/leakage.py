"""Columns that know the target too well: what a model would not have when it is asked."""

from typing import TYPE_CHECKING

from ..read.profile import Column

if TYPE_CHECKING:
    import duckdb

ROWS = 50_000  # looked at
LEAST = 100
SUSPECT_CLASSES, SUSPECT_NUMBERS = 0.97, 0.99  # of what there is to know


def suspects(
    database: "duckdb.DuckDBPyConnection", target: Column, columns: list[Column], classes: bool
) -> dict[str, float]:
    """Which columns know the target nearly as well as it knows itself, and how well (0 to 1)."""
    if target.filled < LEAST:
        return {}
    found = {}
    for column in columns:
        known = _known(database, column, target, classes)
        if known >= (SUSPECT_CLASSES if classes else SUSPECT_NUMBERS):
            found[column.name] = known
    return found


def _known(
    database: "duckdb.DuckDBPyConnection", column: Column, target: Column, classes: bool
) -> float:
    """How alike the targets of rows are that stand side by side in the order of a column.

    Rows of the same value stand in any order, missing values last: being missing may tell, too.
    """
    value = target.cell if classes else target.read
    ordered = f"OVER (ORDER BY {column.read} NULLS LAST, hash(rowid))"
    # One row in so many, the same ones each time; of all columns only two are read.
    every = max(1, target.filled // ROWS)
    drawn = f"cells WHERE {target.cell} IS NOT NULL AND hash(rowid) % {every} = 0"
    pairs = f"SELECT {value} AS t, lag({value}) {ordered} AS u FROM {drawn}"
    if classes:
        alike = f"SELECT avg((t = u)::INT) FROM ({pairs})"
        chance = (
            "SELECT sum(n * n) / (sum(n) * sum(n)) FROM "
            f"(SELECT count(*)::DOUBLE AS n FROM {drawn} GROUP BY {value})"
        )
        found, least = database.execute(f"SELECT ({alike}), ({chance})").fetchone() or (0, 1)
        return float((found - least) / (1 - least)) if least < 1 else 0.0
    query = f"SELECT avg((t - u) * (t - u)) / 2, var_pop(t) FROM ({pairs})"
    within, total = database.execute(query).fetchone() or (None, None)
    return float(1 - within / total) if total and within is not None else 0.0
