"""The web service: `/predict`, and whether it is alive and ready."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi_offline import FastAPIOffline

from ..deployment.release import Release
from ..predictions.log import PredictionLog
from ..settings import NAME, load_spec
from ..spec import DataSpec
from .active_release import ActiveRelease
from .limits import BodyLimit
from .requests import request_model
from .settings import ServingSettings

Rows = list[dict[str, Any]]


def create_app(
    active_release: ActiveRelease, log: PredictionLog, settings: ServingSettings
) -> FastAPI:
    """The application, for the declaration of the release in the active_release."""
    active_release.spec = spec = (
        active_release.release.spec if active_release.release else load_spec()
    )
    example = active_release.release.golden[0]["row"] if active_release.release else None
    request: Any = request_model(spec, settings.max_rows, example)
    app = FastAPIOffline("/", None, title=NAME, lifespan=log_lifespan(log))
    app.add_middleware(BodyLimit, max_bytes=settings.max_bytes)

    @app.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    async def readyz() -> dict[str, Any]:
        release = require_release(active_release)
        metadata, compiled = release.metadata, release.compiled is not None
        counts = {
            "swaps": active_release.swaps,
            "failures": active_release.failures,
            "unlogged": log.dropped,
        }
        named = {"release": metadata.release, "version": metadata.version, "compiled": compiled}
        return named | counts

    @app.post("/predict")
    async def predict(body: request) -> dict[str, Any]:
        release = require_release(active_release)  # once: a swap may come while we work
        rows = [row.model_dump(mode="json", by_alias=True) for row in body.rows]
        answers = release.answers(rows)
        log.put(release.metadata, rows, answers)
        metadata, given = release.metadata, with_keys(spec, rows, answers)
        return {"release": metadata.release, "version": metadata.version, "predictions": given}

    return app


def with_keys(spec: DataSpec, rows: Rows, answers: Rows) -> Rows:
    """Answers with the key of their row, if rows have one of their own."""
    if spec.has_hash_key:
        return answers
    return [{spec.key: row[spec.key], **a} for row, a in zip(rows, answers, strict=True)]


def log_lifespan(log: PredictionLog) -> Any:
    """Writes what is waiting to be logged when the server stops, for whatever reason."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        log.close()

    return lifespan


def require_release(active_release: ActiveRelease) -> Release:
    """The release in use, or the answer 503."""
    if active_release.release is None:
        raise HTTPException(503, f"no release yet: run `{NAME} promote`")
    return active_release.release
