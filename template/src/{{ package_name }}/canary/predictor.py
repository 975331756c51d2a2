"""Lets the challenger answer its share of the rows, and the champion all others."""

import asyncio
import atexit
import math
import time
from functools import cached_property
from typing import Any

from ..deployment.pointer import Challenger
from ..deployment.release import Release
from ..predictions.log import PredictionLog
from ..predictions.records import Records
from ..serving.predictor import Answer, Origin, Predictor
from ..serving.requests import chunks
from ..spec import PREDICTION, PROBABILITY
from . import metrics
from .assignment import is_chosen
from .challenger import ChallengerError
from .split import Split, SplitRelease

ROUNDING = 1e-6  # of probabilities
SHADOW = "canary/shadow"  # the folder in var/ of the predictions that no client got


class SplitPredictor(Predictor):
    """Predicts the rows of requests with one or two releases."""

    _active: SplitRelease

    @cached_property
    def _shadow_log(self) -> PredictionLog:
        log = PredictionLog(self._settings.log, folder=SHADOW, field="shadow")
        atexit.register(log.close)
        return log

    @cached_property
    def _tasks(self) -> set[asyncio.Task[None]]:
        return set()  # asyncio itself does not keep a task alive

    async def answer_rows(self, release: Release, rows: Records) -> Answer:
        """The answer names the release of its rows, and `challenger` those of another release."""
        split = self._active.split
        if split is None or split.suspended:
            return await super().answer_rows(release, rows)
        chosen = [number for number, row in enumerate(rows) if self._is_chosen(split, row)]
        if split.challenger.shadow:
            answer = await self._answer(release, rows, split, {})
            self._start_shadow(split, [rows[number] for number in chosen])
            return answer
        predicted = await ask(split, rows, chosen)
        if predicted:
            asked = [rows[number] for number in predicted]
            answers = self.finish(release, split.challenger, asked, list(predicted.values()))
            predicted = dict(zip(predicted, answers, strict=True))
        return await self._answer(release, rows, split, predicted)

    def _is_chosen(self, split: Split, row: dict[str, Any]) -> bool:
        challenger = split.challenger
        return is_chosen(self._spec, row, challenger.release, challenger.share)

    async def _answer(
        self, release: Release, rows: Records, split: Split, predicted: dict[int, Any]
    ) -> Answer:
        """The answer to all rows; the champion predicts those that are not predicted yet."""
        rest = [number for number in range(len(rows)) if number not in predicted]
        start = time.perf_counter()
        answers = await self.predict_rows(release, [rows[number] for number in rest])
        observe(release.metadata, "champion", len(rest), time.perf_counter() - start)
        split.counts.champion += len(rest)
        by_row = predicted | dict(zip(rest, answers, strict=True))
        origin: Origin = release.metadata if rest else split.challenger
        answer = {"release": origin.release, "version": origin.version}
        answer["predictions"] = [by_row[number] for number in range(len(rows))]
        if rest and predicted:
            other = split.challenger
            names = {"release": other.release, "version": other.version}
            answer["challenger"] = {**names, "rows": sorted(predicted)}
        return answer

    def _start_shadow(self, split: Split, rows: Records) -> None:
        if rows:
            task = asyncio.create_task(self._predict_shadow(split, rows))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _predict_shadow(self, split: Split, rows: Records) -> None:
        """Log what the challenger would have answered."""
        predicted = await ask(split, rows, list(range(len(rows))))
        asked, challenger = [rows[number] for number in predicted], split.challenger
        self._shadow_log.append(
            challenger.release, challenger.version, asked, list(predicted.values())
        )


async def ask(split: Split, rows: Records, chosen: list[int]) -> dict[int, dict[str, Any]]:
    """The predictions of the challenger by the number of the row, as far as it has good ones."""
    predicted: dict[int, dict[str, Any]] = {}
    role = "shadow" if split.challenger.shadow else "canary"
    for _, numbers in chunks(chosen):
        start = time.perf_counter()
        try:
            predictions = await split.process.predict([rows[number] for number in numbers])
        except ChallengerError as error:
            split.fail(error.kind, len(numbers), f"{error}".removeprefix(error.kind))
            break  # the client has waited enough
        seconds = time.perf_counter() - start
        pairs = zip(numbers, predictions, strict=True)
        good = {number: each for number, each in pairs if not is_absurd(split.challenger, each)}
        observe(split.challenger, role, len(good), seconds)
        if absurd := len(numbers) - len(good):
            split.fail("absurd", absurd)
        split.succeed(len(good))
        predicted |= good
    return predicted


def is_absurd(challenger: Challenger, prediction: dict[str, Any]) -> bool:
    """Whether a prediction is missing, no number or far outside the labels of the training."""
    for name, value in prediction.items():
        if name == PREDICTION:
            low, high = challenger.low, challenger.high
        elif name.startswith(PROBABILITY):
            low, high = -ROUNDING, 1 + ROUNDING
        else:
            continue
        if value is None or not is_within(value, low, high):
            return True
    return PREDICTION not in prediction


def is_within(value: Any, low: float | None, high: float | None) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return low is None  # the name of a class
    above, below = low is None or value >= low, high is None or value <= high
    return math.isfinite(value) and above and below


def observe(origin: Origin, role: str, rows: int, seconds: float) -> None:
    if rows:
        labels = (origin.release, str(origin.version), role)
        metrics.rows.labels(*labels).inc(rows)
        metrics.seconds.labels(*labels).observe(seconds)
