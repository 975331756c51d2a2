"""The paths of the server: /metrics, /webhook, /livez."""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import ValidationError

from ..serving.access import Access
from ..serving.requests import read_body
from ..serving.settings import ServingSettings
from ..settings import NAME, env_prefix
from .inbox import Inbox, Notification


def create_app(
    settings: ServingSettings, inbox: Inbox, wake: Callable[[], None], render: Callable[[], bytes]
) -> FastAPI:
    """The application. `wake` is called for each new alert."""
    app, access = FastAPI(title=NAME, openapi_url=None), Access(settings)

    def check_key(request: Request) -> None:
        client = request.client.host if request.client else ""
        access.check(request.headers.get("authorization", ""), client)

    @app.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/metrics")
    async def metrics(request: Request) -> Response:
        check_key(request)
        return Response(render(), media_type=CONTENT_TYPE_LATEST)

    @app.post("/webhook")
    async def webhook(request: Request) -> Response:
        """Accept alerts and answer at once; the loop runs in the background."""
        if not access.needs_key:
            variable = f"{env_prefix('alerting')}TOKEN"
            raise HTTPException(403, f"there is no token: set {variable} and start again")
        check_key(request)
        notification = parse(await read_body(request, settings))
        try:
            results = inbox.add(notification.alerts, datetime.now(UTC))
        except OSError as error:  # Alertmanager sends it again
            raise HTTPException(503, f"the alert cannot be saved: {error.strerror}") from None
        if "accepted" in results:
            wake()
        return JSONResponse(results, 202 if "accepted" in results else 200)

    return app


def parse(body: bytes) -> Notification:
    """HTTPException 422 with the first error, without the value."""
    try:
        return Notification.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(key) for key in first["loc"]) or "body"
        raise HTTPException(422, f"{place}: {first['msg']}") from None
