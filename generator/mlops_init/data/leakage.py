"""Columns that know the target too well: what a model would not have when it is asked."""

from typing import TYPE_CHECKING

from .profile import Column

if TYPE_CHECKING:
    import duckdb

ROWS = 50_000  # looked at
LEAST = 100
SUSPECT = 0.97  # of what there is to know
BIN = 30  # rows that share a value, or what numbers of so many rows are cut into


def suspects(
    database: "duckdb.DuckDBPyConnection", target: Column, columns: list[Column], classes: bool
) -> dict[str, float]:
    """Which columns know the target nearly as well as it knows itself, and how well (0 to 1)."""
    rows = min(target.filled, ROWS)
    if rows < LEAST:
        return {}
    labelled = f"SELECT * FROM cells WHERE {target.cell} IS NOT NULL"
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE drawn AS SELECT * FROM ({labelled}) "
        f"USING SAMPLE reservoir({ROWS} ROWS) REPEATABLE (1)"
    )
    found = {}
    for column in columns:
        grouped = _grouped(column, rows)
        if grouped is None:
            continue
        measure = _purity if classes else _explained
        known = measure(database, grouped, target)
        if known >= SUSPECT:
            found[column.name] = known
    return found


def _grouped(column: Column, rows: int) -> str | None:
    """A query of (g: rows of like value, t); None where nearly each row is its own group."""
    if column.kind in ("number", "date") and column.distinct > rows / BIN:
        bins = max(2, min(50, rows // BIN))
        # A missing value is a group too: it may say that something has not happened yet.
        return f"ntile({bins}) OVER (ORDER BY {column.read}) + 1000 * ({column.read} IS NULL)::INT"
    return column.cell if column.distinct <= rows / BIN else None


def _purity(database: "duckdb.DuckDBPyConnection", grouped: str, target: Column) -> float:
    """How many rows the most frequent class of their group gets right, beyond guessing."""
    query = (
        f"WITH pairs AS (SELECT {grouped} AS g, {target.cell} AS t FROM drawn), "
        "counts AS (SELECT g, t, count(*) AS n FROM pairs GROUP BY g, t) SELECT "
        "(SELECT sum(m) FROM (SELECT max(n) AS m FROM counts GROUP BY g)), "
        "(SELECT max(n) FROM (SELECT sum(n) AS n FROM counts GROUP BY t)), "
        "(SELECT sum(n) FROM counts)"
    )
    right, guessed, rows = database.execute(query).fetchone() or (0, 0, 0)
    if rows - guessed < BIN:
        return 0.0  # too few of the rarer classes to say
    return float((right - guessed) / (rows - guessed))


def _explained(database: "duckdb.DuckDBPyConnection", grouped: str, target: Column) -> float:
    """The share of the target's variance that lies between the groups."""
    query = (
        f"WITH pairs AS (SELECT {grouped} AS g, {target.read} AS t FROM drawn), "
        "groups AS (SELECT count(t) AS n, var_pop(t) AS v FROM pairs GROUP BY g) "
        "SELECT (SELECT sum(n * v) / sum(n) FROM groups), (SELECT var_pop(t) FROM pairs)"
    )
    within, total = database.execute(query).fetchone() or (None, None)
    return float(1 - within / total) if total and within is not None else 0.0
