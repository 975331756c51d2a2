"""Proposes the baseline that a model must beat: a group, the season before, or a constant."""

from typing import TYPE_CHECKING

from ..decision import BaselineDecision, ColumnDecision, Decision
from ..numbers import format_share
from ..read.column import Column, Profile
from ..read.sql import fetch_row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLE = 50_000  # rows
MIN_ROWS_OF_A_GROUP = 20  # on average
MIN_GAIN = 0.05  # share of the spread of the target that one more column must explain
MAX_COLUMNS = 2
SEASONS = (("year", 730), ("week", 21))  # and the days that the data must have


def decide_baseline(
    database: "DuckDBPyConnection",
    profile: Profile,
    target: Column,
    time: Decision,
    columns: tuple[ColumnDecision, ...],
    *,
    is_class: bool,
) -> BaselineDecision:
    """The season before for a series with one row a day; else the best group; else a constant."""
    if time.value and not is_class:
        days = profile.column(time.value).days
        if days == profile.rows:
            season = next((name for name, needed in SEASONS if days >= needed), None)
            if season:
                return BaselineDecision({"kind": "season", "season": season}, "one row a day")
            return BaselineDecision({"kind": "last"}, "one row a day")
    panel = tuple(each.name for each in columns if each.use == "entity" and each.type)
    if panel and not is_class:
        reason = f"the mean of each {panel[0]}"
        return BaselineDecision({"kind": "group", "columns": list(panel)}, reason)
    names, explained = _choose_groups(database, target, columns, is_class)
    if not names:
        return BaselineDecision({"kind": "constant"}, "no category explains the target")
    reason = f"explains {format_share(explained)} of the spread of {target.name}"
    return BaselineDecision({"kind": "group", "columns": list(names)}, reason)


def _choose_groups(
    database: "DuckDBPyConnection",
    target: Column,
    columns: tuple[ColumnDecision, ...],
    is_class: bool,
) -> tuple[tuple[str, ...], float]:
    """Up to two categories, each of which explains more of the target."""
    categories = {each.name: each.column for each in columns if each.type == "category"}
    chosen: tuple[str, ...] = ()
    explained = 0.0
    while len(chosen) < MAX_COLUMNS:
        shares = {
            name: _explained_share(
                database, target, [categories[each] for each in (*chosen, name)], is_class
            )
            for name in categories
            if name not in chosen
        }
        best = max(shares, key=lambda name: shares[name], default=None)
        if best is None or shares[best] < explained + MIN_GAIN:
            break
        chosen, explained = (*chosen, best), shares[best]
    return chosen, explained


def _explained_share(
    database: "DuckDBPyConnection", target: Column, columns: list[Column], is_class: bool
) -> float:
    """How much smaller the spread of the target is within the groups; 0 if they are too small."""
    groups = _select_groups(target, columns, is_class)
    inside, count, total = fetch_row(database, f"SELECT sum(n * spread), count(*), sum(n) {groups}")
    (outside,) = fetch_row(
        database, f"SELECT sum(n * spread) {_select_groups(target, [], is_class)}"
    )
    if not outside or inside is None or total < count * MIN_ROWS_OF_A_GROUP:
        return 0.0
    return float(1 - inside / outside)


def _select_groups(target: Column, columns: list[Column], is_class: bool) -> str:
    """The rows and the spread (variance, or Gini impurity) of each group; one without columns."""
    key = f"hash({', '.join(column.cell for column in columns) or '1'})"
    every = max(1, target.filled // SAMPLE)
    rows = (
        f"(SELECT {key} AS part, {target.cell} AS label, {target.sql_value} AS value FROM cells "
        f"WHERE {target.cell} IS NOT NULL AND hash(rowid) % {every} = 0)"
    )
    if not is_class:
        spread = "count(*)::DOUBLE AS n, var_pop(value) AS spread"
        return f"FROM (SELECT {spread} FROM {rows} GROUP BY part)"
    classes = f"(SELECT part, count(*)::DOUBLE AS m FROM {rows} GROUP BY part, label)"
    spread = "sum(m) AS n, 1 - sum(m * m) / (sum(m) * sum(m)) AS spread"
    return f"FROM (SELECT {spread} FROM {classes} GROUP BY part)"
