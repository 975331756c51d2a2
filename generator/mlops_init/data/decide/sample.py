"""Samples the rows that baselines are measured on, and divides them into folds."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..numbers import format_count
from ..read.column import Column
from ..read.sql import fetch_row, fetch_rows
from .backtest import TABLE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAX_ROWS = 30_000
PERIODS, FOLDS = 3, 4
MIN_KNOWN = 30  # rows before a period
MIN_SERIES = 20  # in a sample of whole series
NEWEST_SHARE = 0.75  # the newest quarter is evaluated where there are no periods


@dataclass(frozen=True)
class Sampled:
    """The columns that the sample is taken of, and how."""

    target: Column
    groups: list[Column]
    time: Column | None = None
    period: str = ""
    series: tuple[Column, ...] | None = None  # with one row per time
    entity: Column | None = None


def create_sample(database: "DuckDBPyConnection", sampled: Sampled) -> str:
    """Fill the table; returns in words what is evaluated."""
    target, time = sampled.target, sampled.time
    value = target.sql_value if target.kind == "number" else "NULL::DOUBLE"
    moment = f"{time.sql_value}::TIMESTAMP" if time else "NULL::TIMESTAMP"
    groups = [
        f"{each.sql_value}::VARCHAR AS g{number}" for number, each in enumerate(sampled.groups)
    ]
    unit = sampled.entity.cell if sampled.entity and not time else "rowid"
    columns = ", ".join((f"rowid AS id, hash({unit}) AS unit, {moment} AS moment", *groups))
    newest = f"ORDER BY moment DESC, id LIMIT {MAX_ROWS}" if sampled.series is not None else ""
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE {TABLE} AS SELECT {columns}, {value} AS value, "
        f"{target.cell} AS label, 0 AS fold FROM cells WHERE {target.cell} IS NOT NULL "
        f"AND hash({_list_sampled_cells(database, sampled)}) % {_every(sampled)} = 0 {newest}"
    )
    if time is None:
        database.execute(f"UPDATE {TABLE} SET fold = 1 + hash(unit) % {FOLDS}")
        return "in cross-validation"
    return _mark_periods(database, sampled.period)


def _every(sampled: Sampled) -> int:
    return max(1, sampled.target.filled // MAX_ROWS)


def _list_sampled_cells(database: "DuckDBPyConnection", sampled: Sampled) -> str:
    """Whole series if there are many, the newest rows if there are few, else single rows."""
    if sampled.series is None:
        return "rowid"
    cells = ", ".join(each.cell for each in sampled.series)
    if not cells:
        return "0"
    (count,) = fetch_row(database, f"SELECT count(DISTINCT ({cells})) FROM cells")
    return cells if count >= MIN_SERIES * _every(sampled) else "0"


def _mark_periods(database: "DuckDBPyConnection", period: str) -> str:
    """Number the newest periods with enough rows before them, oldest first."""
    rows = fetch_rows(
        database,
        f"SELECT start, sum(n) OVER (ORDER BY start) - n FROM (SELECT date_trunc('{period}', "
        f"moment) AS start, count(*) AS n FROM {TABLE} GROUP BY 1) ORDER BY start",
    )
    starts: list[datetime] = [start for start, before in rows[1:] if before >= MIN_KNOWN][-PERIODS:]
    where = f"in the newest {format_count(len(starts), period)}"
    if not starts:
        query = f"SELECT quantile_disc(moment, {NEWEST_SHARE}) FROM {TABLE}"
        starts, where = [*fetch_row(database, query)], "in the newest quarter of the rows"
    for fold, start in enumerate(starts, 1):
        database.execute(f"UPDATE {TABLE} SET fold = {fold} WHERE moment >= ?", [start])
    return where
