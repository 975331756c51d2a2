"""Replays the periods in order: clients ask, labels arrive, the loop runs."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

import pandas as pd

from ..deployment.release import Release, open_release
from ..errors import InputError
from ..evaluation import row_losses, to_metric
from ..periods import row_periods
from ..prediction import predict
from ..predictions.reader import load_predictions
from ..retraining.loop import LoopResult, run_once
from ..settings import read_settings
from ..status.page import update_page
from ..storage import write_json
from .settings import SimulationSettings
from .source import Rows, SimulatedSource, build_requests
from .traffic import Traffic, live_server, run_clients

MIN_ANSWERS = 50  # of a new version, before the next period starts
LOG_TIMEOUT = 30.0  # seconds that the log may be behind the answers
Totals = dict[str, float | int]


@dataclass(frozen=True)
class PeriodResult:
    """One period: what the server predicted, and what the loop decided when labels arrived."""

    period: str
    static_error: float  # of the first model, if it had never been replaced
    served_error: float  # of the predictions logged before any label existed
    predictions: int
    window: str | None  # the days of the labels that the decision was based on
    drifted_share: float | None
    decision: str
    accepted: bool | None  # by the gate; None if no version was trained
    version: int  # active after the decision
    answered_by: dict[int, int]  # requests answered during the loop, by version


class Replay:
    """A simulated project; `run` yields the result of each period when it ends."""

    def __init__(self, label_delay_hours: float | None = None) -> None:
        self.settings = read_settings(SimulationSettings, "simulation")
        self.source = SimulatedSource(label_delay_hours)
        self.spec = self.source.spec
        self.results: list[PeriodResult] = []
        self.answers: list[int | None] = []  # the version of each; None: the request failed

    def run(self) -> Iterator[PeriodResult]:
        """The known periods train the first version; each later one is served, then evaluated."""
        known, periods = self.source.split(self.settings.known_periods)
        with self.source.active():
            self.source.publish(known)
            start = run_once(known, self.source.clock(known))
            if start.active is None:
                raise InputError(
                    f"the gate rejects the first version ({describe(start)}): let it learn from "
                    "more periods, with `known_periods` in conf/simulation.yml"
                )
            first, active = open_release(start.active.release), start.active.version
            clients = self.settings.clients, self.settings.pause_seconds
            with (
                live_server(self.source.folder) as url,
                run_clients(url, *clients, self.single_rows(periods[0])) as traffic,
            ):
                for period, next_period in zip(periods, [*periods[1:], periods[-1]], strict=True):
                    self.send_rows(traffic, period)
                    traffic.repeat(self.single_rows(next_period))
                    result = self.end_period(traffic, first, active, period)
                    active = result.version
                    self.results.append(result)
                    yield result
            self.answers = traffic.versions
            update_page()

    def send_rows(self, traffic: Traffic, period: str) -> None:
        """Request each row of the period once, in random order."""
        rows = self.source.rows_of(period).sample(frac=1, random_state=self.settings.seed)
        traffic.send(build_requests(self.spec, rows, self.settings.rows_per_request))

    def single_rows(self, period: str) -> list[Rows]:
        """The rows of the first day, one a request: sent while the loop runs."""
        rows = self.source.rows_of(period)
        days = rows[self.source.time.column].dt.date
        return build_requests(self.spec, rows[days == days.min()], 1)

    def end_period(
        self, traffic: Traffic, first: Release, active: int, period: str
    ) -> PeriodResult:
        """The labels of the period arrive and the loop runs, while clients keep sending."""
        logged, rows = self.wait_for_log(period), self.source.rows_of(period)
        answers_before = len(traffic.versions)
        self.source.publish(period)
        loop = run_once(period, self.source.clock(period))
        version = loop.active.version if loop.active else active
        if version != active:
            traffic.wait_until_answered_by(version, MIN_ANSWERS)
        answers = traffic.versions[answers_before:]
        static = predict(self.spec, first.model, rows)
        return PeriodResult(
            period=period,
            static_error=self.metric(row_losses(self.spec, rows[self.spec.target], static)),
            served_error=self.error(logged, rows),
            predictions=len(logged),
            window=loop.health.window,
            drifted_share=loop.health.drifted_share,
            decision=describe(loop),
            accepted=loop.verdict.accepted if loop.verdict else None,
            version=version,
            answered_by={each: answers.count(each) for each in {active, version}},
        )

    def wait_for_log(self, period: str) -> pd.DataFrame:
        """The first logged prediction of each row of the period, before labels are published."""
        expected = self.source.rows_of(period)[self.spec.key].nunique()  # equal rows may be one
        deadline = time.monotonic() + LOG_TIMEOUT
        while True:
            logged = load_predictions(self.spec)
            if len(logged):
                logged = logged[row_periods(self.spec, logged) == period]
            if len(logged) >= expected:
                return logged
            if time.monotonic() > deadline:
                missing = expected - len(logged)
                raise InputError(f"{missing} predictions of {period} are not in the log")
            time.sleep(0.2)

    def error(self, logged: pd.DataFrame, rows: pd.DataFrame) -> float:
        labels = rows.drop_duplicates(self.spec.key).set_index(self.spec.key)[self.spec.target]
        return self.metric(row_losses(self.spec, logged[self.spec.key].map(labels), logged))

    def metric(self, losses: Any) -> float:
        return to_metric(self.spec, losses.mean())

    def save(self) -> Totals:
        """The totals of the year; with every period also in `year.json` of the project."""
        results = self.results
        weights = [result.predictions for result in results]
        totals: Totals = {
            "static_error": fmean([result.static_error for result in results], weights),
            "served_error": fmean([result.served_error for result in results], weights),
            "promoted": sum(result.accepted is True for result in results),
            "rejected": sum(result.accepted is False for result in results),
            "requests": len(self.answers),
            "failed_requests": self.answers.count(None),
        }
        periods = [asdict(result) for result in results]
        write_json({"year": totals, "periods": periods}, self.source.folder / "year.json")
        return totals


def describe(loop: LoopResult) -> str:
    """A decision in a few words."""
    if loop.version is None or loop.verdict is None:
        return loop.decision.summary
    outcome = "passed" if loop.verdict.accepted else "rejected"
    return f"{loop.trigger}: version {loop.version.number} {outcome}, {loop.verdict.measured}"
