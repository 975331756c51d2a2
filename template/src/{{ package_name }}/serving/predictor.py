"""Answers the rows of a request with the active release, and logs them."""

import asyncio
import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi import HTTPException, Request
from pydantic_core import to_json

from ..deployment.pointer import Challenger
from ..deployment.release import Release, ReleaseMetadata
from ..predictions.log import PredictionLog
from ..predictions.records import Records
from ..spec import DataSpec
from . import metrics
from .active_release import ActiveRelease
from .requests import RowReader, chunks, read_body
from .settings import ServingSettings

LARGE_BYTES = 20_000  # bodies that are handled one at a time, so that small ones are not delayed
PIPELINE_THREADS = 2  # for models that are not compiled
Answer = dict[str, Any]
Origin = ReleaseMetadata | Challenger  # which release predicted


class Predictor:
    """Predicts the rows of requests. All requests share it."""

    def __init__(
        self, active: ActiveRelease, log: PredictionLog, settings: ServingSettings
    ) -> None:
        self._active, self._log, self._settings = active, log, settings
        self._spec = active.fix_spec()
        self._reader = RowReader(self._spec, settings)
        self._large = asyncio.Semaphore(1)
        self._pool = ThreadPoolExecutor(PIPELINE_THREADS)

    def describe_body(self) -> dict[str, Any]:
        """The body of a request for OpenAPI: its schema, and an example if there is a release."""
        release, description = self._active.release, {"schema": self._reader.schema()}
        if release:
            description["example"] = {"rows": [release.golden[0]["row"]]}
        return description

    async def answer(self, request: Request) -> bytes:
        """The answer to a request as JSON."""
        body = await read_body(request, self._settings)
        if len(body) <= LARGE_BYTES:
            answer = await self._answer_body(body)
        else:
            async with self._large:
                answer = await self._answer_body(body)
        request.scope["release"] = answer["release"]  # for the log of requests
        return to_json(answer)

    async def _answer_body(self, body: bytes) -> Answer:
        release = require_release(self._active)  # once: it may be replaced during this request
        return await self.answer_rows(release, await self._reader.read(body))

    async def answer_rows(self, release: Release, rows: Records) -> Answer:
        """The answer to rows. `canary` lets another release answer some of them."""
        predictions = await self.predict_rows(release, rows)
        name, version = release.metadata.release, release.metadata.version
        return {"release": name, "version": version, "predictions": predictions}

    async def predict_rows(self, release: Release, rows: Records) -> Records:
        """Predictions with keys; counted and logged."""
        answers: Records = []
        for start, chunk in chunks(rows):
            if start:
                await asyncio.sleep(0)  # lets other requests run
            predictions = await self._predict(release, chunk)
            answers += self.finish(release, release.metadata, chunk, predictions)
        return answers

    def finish(
        self, release: Release, origin: Origin, rows: Records, predictions: Records
    ) -> Records:
        """Count what is unusual in rows, log their predictions and return them with keys."""
        out_of_range = [self._reader.out_of_range(row) for row in rows]
        count_values(release, rows, out_of_range)
        self._log.append(origin.release, origin.version, rows, predictions, out_of_range)
        return add_keys(self._spec, rows, predictions)

    async def _predict(self, release: Release, rows: Records) -> Records:
        if release.compiled is None:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, release.predict_records, rows)
        return release.predict_records(rows)


def count_values(release: Release, rows: Records, out_of_range: list[list[str]]) -> None:
    """Count what is unusual in rows, by feature."""
    metrics.rows.inc(len(rows))
    for row in rows:
        for name in release.spec.features:
            if row[name] is None:
                metrics.missing_values.labels(name).inc()
        for name, known in release.known_categories.items():
            if row[name] not in known and row[name] is not None:
                metrics.unseen_categories.labels(name).inc()
    for name in itertools.chain.from_iterable(out_of_range):
        metrics.out_of_range_values.labels(name).inc()


def require_release(active: ActiveRelease) -> Release:
    """The active release; without one the response is 503."""
    if active.release is None:
        raise HTTPException(503, active.why_none())
    return active.release


def add_keys(spec: DataSpec, rows: Records, predictions: Records) -> Records:
    """The predictions with the key of their row, if a key is declared."""
    if spec.has_hash_key:
        return predictions
    pairs = zip(rows, predictions, strict=True)
    return [{spec.key: row[spec.key], **prediction} for row, prediction in pairs]
