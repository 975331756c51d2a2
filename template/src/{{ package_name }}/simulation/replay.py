"""Plays the periods one after the other: people ask, labels arrive, the loop turns."""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import pandas as pd

from ..deployment.release import Release, open_release
from ..errors import InputError
from ..evaluation import row_losses
from ..labels.join import load_predictions
from ..periods import row_periods
from ..prediction import predict
from ..retraining.loop import LoopResult, run_once
from ..settings import read_settings
from .settings import SimulationSettings
from .source import Rows, SimulatedSource, build_requests
from .traffic import Traffic, live_server, run_clients

SPAN = 50  # answers of the new version to wait for after a swap
LOGGED = 30.0  # seconds the log may lag behind the answers


@dataclass(frozen=True)
class PeriodResult:
    """One period: what people were answered, and what was decided when its labels came."""

    period: str
    never: float  # error of the first model, had it never been replaced
    served: float  # error of what the server had logged before any of the labels existed
    answers: int
    window: str | None  # of the labels that the decision could see
    drift: float | None
    decision: str
    verdict: bool | None  # passed, refused, or not trained
    version: int  # serving after the decision
    spanned: dict[int, int]  # requests answered while it was delivered, by version


class Replay:
    """A simulated project; `play` yields its periods as they end."""

    def __init__(self, label_delay_hours: float | None = None) -> None:
        self.settings = read_settings(SimulationSettings, "simulation")
        self.world = SimulatedSource(label_delay_hours)
        self.spec = self.world.spec
        self.requests = self.failed = 0

    def play(self) -> Iterator[PeriodResult]:
        """The known periods train the first version; every later one is asked for, then closed."""
        known, ahead = self.world.cut(self.settings.known_periods)
        asking = self.settings.clients, self.settings.pause
        with self.world.inside():
            self.world.publish(known)
            begun = run_once(known)
            if begun.pointer is None:
                raise InputError(f"the first version is refused: {told(begun)}")
            first = open_release(begun.pointer.release)
            with (
                live_server(self.world.folder) as url,
                run_clients(url, *asking, self.ones(ahead[0])) as traffic,
            ):
                serving = begun.pointer.version
                for period, following in zip(ahead, [*ahead[1:], ahead[-1]], strict=True):
                    self.ask(traffic, period)
                    played = self.close(traffic, first, serving, period, following)
                    serving = played.version
                    yield played
            self.requests, self.failed = len(traffic.versions) + traffic.failed, traffic.failed

    def ask(self, traffic: Traffic, period: str) -> None:
        """Every row of the period once, in an order that the seed makes."""
        rows = self.world.of(period).sample(frac=1, random_state=self.settings.seed)
        traffic.send(build_requests(self.spec, rows, self.settings.rows))

    def ones(self, period: str) -> list[Rows]:
        """The rows of the first day, one a request: asked for while the one before is closed."""
        rows = self.world.of(period)
        days = rows[self.world.time.column].dt.date
        return build_requests(self.spec, rows[days == days.min()], 1)

    def close(
        self, traffic: Traffic, first: Release, old: int, period: str, following: str
    ) -> PeriodResult:
        """The labels of a period come and the loop turns, while the next period is asked for."""
        logged, rows = self.logged(period), self.world.of(period)
        before = len(traffic.versions)
        traffic.between(self.ones(following))
        self.world.publish(period)
        done = run_once(period)
        new = done.pointer.version if done.pointer else old
        if new != old:
            traffic.until_answered_by(new, SPAN)
        during = traffic.versions[before:]
        never = row_losses(self.spec, rows[self.spec.target], predict(self.spec, first.model, rows))
        return PeriodResult(
            period,
            float(never.mean()),
            self.error(logged, rows),
            len(logged),
            done.health.window,
            done.health.drift,
            told(done),
            done.verdict.accepted if done.verdict else None,
            new,
            {version: during.count(version) for version in {old, new}},
        )

    def logged(self, period: str) -> pd.DataFrame:
        """The first logged answer to each row of the period; taken before its labels are shown."""
        wanted = self.world.of(period)[self.spec.key].nunique()  # equal rows may be one
        end = time.monotonic() + LOGGED
        while True:
            found = load_predictions(self.spec)
            mine = found[row_periods(self.spec, found) == period] if len(found) else found
            if len(mine) >= wanted:
                return mine
            if time.monotonic() > end:
                raise InputError(f"{wanted - len(mine)} answers of {period} are not in the log")
            time.sleep(0.2)

    def error(self, logged: pd.DataFrame, rows: pd.DataFrame) -> float:
        truth = rows.drop_duplicates(self.spec.key).set_index(self.spec.key)[self.spec.target]
        return float(row_losses(self.spec, logged[self.spec.key].map(truth), logged).mean())

    def keep(self, played: list[PeriodResult]) -> dict[str, float | int]:
        """The year in figures; with every period also in `year.json` of the simulated project."""
        rows = sum(each.answers for each in played)
        total: dict[str, float | int] = {
            "never": sum(each.never * each.answers for each in played) / rows,
            "served": sum(each.served * each.answers for each in played) / rows,
            "promoted": sum(each.verdict is True for each in played),
            "refused": sum(each.verdict is False for each in played),
            "requests": self.requests,
            "failed": self.failed,
        }
        kept = {"year": total, "periods": [asdict(each) for each in played]}
        (self.world.folder / "year.json").write_text(json.dumps(kept, indent=2) + "\n")
        return total


def told(done: LoopResult) -> str:
    """A decision in a few words."""
    if done.version is None or done.verdict is None:
        return "no reason to train"
    word = "passes" if done.verdict.accepted else "is refused"
    return f"{done.trigger}: v{done.version.number} {word}, {done.verdict.decided}"
