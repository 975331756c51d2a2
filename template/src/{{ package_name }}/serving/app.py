"""The web service and its paths."""

import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline

from ..deployment.release import CARD, CARD_PAGE
from ..predictions.log import PredictionLog
from ..settings import NAME, env_prefix
from . import metrics
from .access import Access
from .active_release import ActiveRelease
from .middleware import RequestMiddleware
from .predictor import Predictor, require_release
from .settings import ServingSettings

IMAGE = env_prefix("image").removesuffix("_")  # the variable with the digest of the image
Responses = dict[int | str, dict[str, Any]]
DETAIL = {"application/json": {"schema": {"properties": {"detail": {}}, "type": "object"}}}
ERRORS: Responses = {
    status: {"description": description, "content": DETAIL}
    for status, description in {
        401: "A valid key is missing.",
        408: "The body did not arrive in time.",
        413: "The body is too large.",
        415: "The body is not declared as JSON.",
        422: "The rows are not as declared; `detail` lists the first errors.",
        429: "The key has sent too many requests.",
        503: "Nothing is released yet, or there are too many connections.",
    }.items()
}


class DirectRoute(APIRoute):
    """Calls its function without FastAPI's handling of parameters, which takes as long as trees."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        return self.endpoint


def create_app(
    active: ActiveRelease,
    log: PredictionLog,
    settings: ServingSettings,
    predictor_type: type[Predictor] = Predictor,
) -> FastAPI:
    """The application, for requests of the current declaration."""

    @asynccontextmanager
    async def close_log(_: FastAPI) -> AsyncIterator[None]:
        yield
        log.close()

    app = FastAPIOffline("/", None, title=NAME, lifespan=close_log)
    add_predict_route(app, predictor_type(active, log, settings))  # routes are tried in this order
    add_health_routes(app, active, log)
    if settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.allowed_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["*"],
        )
    if "*" not in settings.allowed_hosts:
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=settings.allowed_hosts)
    app.add_middleware(RequestMiddleware, access=Access(settings))
    return app


def add_health_routes(app: FastAPI, active: ActiveRelease, log: PredictionLog) -> None:
    @app.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", responses={503: ERRORS[503]})
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

    @app.get("/model", responses={status: ERRORS[status] for status in (401, 429, 503)})
    async def model(request: Request) -> Response:
        """The card and the lineage of the active release: a page for a browser, else JSON."""
        release = require_release(active)
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(release.cards.get(CARD_PAGE, "this release has no model card"))
        lineage = {"files": release.files, "image": os.environ.get(IMAGE)}
        card = {"card": release.cards.get(CARD)}
        return JSONResponse(asdict(release.metadata) | lineage | card)

    text: Responses = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}

    @app.get(
        "/metrics",
        response_class=PlainTextResponse,
        responses=text | {status: ERRORS[status] for status in (401, 429)},
    )
    async def read_metrics() -> PlainTextResponse:
        content, kind = metrics.render()
        return PlainTextResponse(content, media_type=kind)


def add_predict_route(app: FastAPI, predictor: Predictor) -> None:
    body = {"content": {"application/json": predictor.describe_body()}, "required": True}

    async def predict(request: Request) -> Response:
        return Response(await predictor.answer(request), media_type="application/json")

    app.router.add_api_route(
        "/predict",
        predict,
        methods=["POST"],
        openapi_extra={"requestBody": body},
        responses=ERRORS,
        route_class_override=DirectRoute,
    )
