"""Measures baselines on a sample of the rows, as the backtest of a project does."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..read.sql import fetch_row
from .losses import CENTERS, LOSSES, select_class_loss

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLE = "baseline_rows"
SEASON_DAYS = {"day": 1, "week": 7, "52_weeks": 364, "year": 366}  # at most
TOLERANCE = {"day": "1 hour", "week": "1 day", "52_weeks": "1 day", "year": "7 days"}
SEASONS_BACK = 3  # from the newest one that is known


@dataclass(frozen=True)
class Candidate:
    """A baseline as conf/data.yml declares it; its columns are names."""

    kind: str
    columns: tuple[str, ...] = ()
    season: str = ""

    @property
    def settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = {"kind": self.kind}
        if self.season:
            settings["season"] = self.season
        return settings | ({"columns": list(self.columns)} if self.columns else {})


@dataclass(frozen=True)
class Backtest:
    """A table of sampled rows, of which each fold from 1 on is evaluated.

    The labels of earlier folds are known; without a time, those of all other folds.
    """

    database: "DuckDBPyConnection"
    metric: str
    is_class: bool
    evaluated_on: str  # in words
    cells: dict[str, str]  # the name of each group column in the table
    delay_hours: float = 0
    errors: dict[Candidate, float] = field(default_factory=dict)

    def measure(self, candidate: Candidate) -> float:
        """The metric of a baseline; infinite if there is nothing to compute it from."""
        if candidate not in self.errors:
            (error,) = fetch_row(self.database, self._select_error(candidate))
            self.errors[candidate] = float("inf") if error is None else float(error)
        return self.errors[candidate]

    def _select_error(self, candidate: Candidate) -> str:
        keys = [f"coalesce({self.cells[name]}, '')" for name in candidate.columns]
        key = " || chr(0) || ".join(keys) or "''"
        tables = (
            f"WITH all_rows AS (SELECT *, {key} AS part FROM {TABLE}), "
            "rows_evaluated AS (SELECT * FROM all_rows WHERE fold > 0), "
            "folds AS (SELECT fold AS evaluated, min(moment) AS start, count(*) AS n "
            "FROM rows_evaluated GROUP BY fold), "
            "known AS (SELECT evaluated, k.* FROM folds JOIN all_rows k ON "
            "CASE WHEN start IS NULL THEN k.fold <> evaluated ELSE k.fold < evaluated END)"
        )
        if self.is_class:
            return tables + select_class_loss(self.metric)
        center = CENTERS.get(self.metric, "avg(value)")
        loss = LOSSES[self.metric]
        return (
            f"{tables}, constants AS (SELECT evaluated, {center} AS value FROM known GROUP BY 1), "
            f"found AS ({self._select_found(candidate, center)}), "
            "predicted AS (SELECT r.value AS y, coalesce(f.value, c.value) AS p "
            "FROM rows_evaluated r JOIN constants c ON c.evaluated = r.fold "
            f"LEFT JOIN found f ON f.id = r.id) SELECT {loss} FROM predicted"
        )

    def _select_found(self, candidate: Candidate, center: str) -> str:
        """The identity and the prediction of each evaluated row that the baseline knows."""
        if candidate.kind == "season":
            return self._select_season(candidate.season)
        if candidate.kind == "last":
            return (
                "SELECT r.id, k.value FROM rows_evaluated r ASOF JOIN known k ON k.evaluated = "
                "r.fold AND k.part = r.part AND k.moment < r.moment - "
                f"INTERVAL ({self.delay_hours} * 3600) SECOND"
            )
        groups = f"SELECT evaluated, part, {center} AS value FROM known GROUP BY 1, 2"
        return (
            f"SELECT id, g.value FROM rows_evaluated r JOIN ({groups}) g "
            "ON g.evaluated = r.fold AND g.part = r.part"
        )

    def _select_season(self, season: str) -> str:
        """As many seasons back as the newest earlier row and the delay of labels demand."""
        seconds = f"greatest(epoch(moment) - epoch(newest), {self.delay_hours} * 3600)"
        count = f"greatest(1, ceil({seconds} / {SEASON_DAYS[season] * 86400}))::INT + back"
        earlier = f"moment - to_days(({count}) * {SEASON_DAYS[season]})"
        if season == "year":
            earlier = f"moment - to_years({count})"
        return (
            f"SELECT w.id, arg_min(k.value, w.back) AS value FROM (SELECT r.*, back, {earlier} AS "
            f"earlier FROM rows_evaluated r, range({SEASONS_BACK}) b(back), LATERAL (SELECT "
            "max(moment) AS newest FROM known WHERE evaluated = r.fold)) w ASOF JOIN all_rows k "
            "ON k.part = w.part AND k.moment <= w.earlier "
            f"WHERE k.moment >= w.earlier - INTERVAL '{TOLERANCE[season]}' GROUP BY w.id"
        )
