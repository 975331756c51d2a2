"""The web service: `/predict`, and whether it is alive and ready."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi_offline import FastAPIOffline

from ..deployment.release import Release
from ..settings import NAME, load_spec
from ..spec import DataSpec
from .limits import BodyLimit
from .log import Log
from .rows import request_model
from .settings import Settings
from .slot import Slot

Rows = list[dict[str, Any]]


def create(slot: Slot, log: Log, settings: Settings) -> FastAPI:
    """The application, for the declaration of the release in the slot."""
    slot.spec = spec = slot.release.spec if slot.release else load_spec()
    example = slot.release.golden[0]["row"] if slot.release else None
    request: Any = request_model(spec, settings.max_rows, example)
    app = FastAPIOffline("/", None, title=NAME, lifespan=closing(log))
    app.add_middleware(BodyLimit, max_bytes=settings.max_bytes)

    @app.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    async def readyz() -> dict[str, Any]:
        release = ready(slot)
        traces, compiled = release.traces, release.compiled is not None
        counts = {"swaps": slot.swaps, "failures": slot.failures, "unlogged": log.dropped}
        named = {"release": traces.release, "version": traces.version, "compiled": compiled}
        return named | counts

    @app.post("/predict")
    async def predict(body: request) -> dict[str, Any]:
        release = ready(slot)  # once: a swap may come while we work
        rows = [row.model_dump(mode="json", by_alias=True) for row in body.rows]
        answers = release.answers(rows)
        log.put(release.traces, rows, answers)
        traces, given = release.traces, keyed(spec, rows, answers)
        return {"release": traces.release, "version": traces.version, "predictions": given}

    return app


def keyed(spec: DataSpec, rows: Rows, answers: Rows) -> Rows:
    """Answers with the key of their row, if rows have one of their own."""
    if spec.hashed:
        return answers
    return [{spec.key: row[spec.key], **a} for row, a in zip(rows, answers, strict=True)]


def closing(log: Log) -> Any:
    """Writes what is waiting to be logged when the server stops, for whatever reason."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        log.close()

    return lifespan


def ready(slot: Slot) -> Release:
    """The release in use, or the answer 503."""
    if slot.release is None:
        raise HTTPException(503, f"no release yet: run `{NAME} promote`")
    return slot.release
