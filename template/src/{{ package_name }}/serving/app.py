"""The web service: `/predict`, `/livez` and `/readyz`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi_offline import FastAPIOffline

from ..deployment.release import Release
from ..predictions.log import PredictionLog
from ..predictions.records import Records
from ..settings import NAME
from ..spec import DataSpec
from .active_release import ActiveRelease
from .requests import BodyLimit, request_model
from .settings import ServingSettings


def create_app(active: ActiveRelease, log: PredictionLog, settings: ServingSettings) -> FastAPI:
    """The application, for requests of the current declaration."""

    @asynccontextmanager
    async def close_log(_: FastAPI) -> AsyncIterator[None]:
        yield
        log.close()

    app = FastAPIOffline("/", None, title=NAME, lifespan=close_log)
    app.add_middleware(BodyLimit, max_bytes=settings.max_request_bytes)
    add_health_routes(app, active, log)
    add_predict_route(app, active, log, settings.max_request_rows)
    return app


def add_health_routes(app: FastAPI, active: ActiveRelease, log: PredictionLog) -> None:
    @app.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    async def readyz() -> dict[str, Any]:
        release = require_release(active)
        return {
            "release": release.metadata.release,
            "version": release.metadata.version,
            "compiled": release.compiled is not None,
            "swaps": active.swaps,
            "failed_swaps": active.failed_swaps,
            "dropped_predictions": log.dropped,
        }


def add_predict_route(
    app: FastAPI, active: ActiveRelease, log: PredictionLog, max_rows: int
) -> None:
    spec = active.fix_spec()
    example = active.release.golden[0]["row"] if active.release else None
    request: Any = request_model(spec, max_rows, example)

    @app.post("/predict")
    async def predict(body: request) -> dict[str, Any]:
        release = require_release(active)  # once: it may be replaced while this request is handled
        rows = [row.model_dump(mode="json", by_alias=True) for row in body.rows]
        predictions = release.predict_records(rows)
        name, version = release.metadata.release, release.metadata.version
        log.append(name, version, rows, predictions)
        predictions = add_keys(spec, rows, predictions)
        return {"release": name, "version": version, "predictions": predictions}


def require_release(active: ActiveRelease) -> Release:
    """The active release; without one the response is 503."""
    if active.release is None:
        raise HTTPException(503, f"nothing is released yet: run `{NAME} promote`")
    return active.release


def add_keys(spec: DataSpec, rows: Records, predictions: Records) -> Records:
    """The predictions with the key of their row, if a key is declared."""
    if spec.has_hash_key:
        return predictions
    pairs = zip(rows, predictions, strict=True)
    return [{spec.key: row[spec.key], **prediction} for row, prediction in pairs]
