"""What happens to every request: an id, the key, the metrics and a line in the log."""

import logging
import re
import time
from functools import cache
from typing import Any
from uuid import uuid4

from fastapi import HTTPException
from fastapi.responses import JSONResponse

from . import metrics
from .access import Access

PATHS = ("/", "/livez", "/metrics", "/model", "/openapi.json", "/predict", "/readyz")
NEED_KEY = ("/metrics", "/model", "/predict")  # probes and the description of the API are open
REQUEST_ID = re.compile(rb"[\w.:-]{1,128}")
logger = logging.getLogger(__name__)


class RequestMiddleware:
    """Wraps the application."""

    def __init__(self, app: Any, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status = time.perf_counter(), 500
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid4().hex.encode()

        async def send_with_id(message: dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id)]
            await send(message)

        try:
            app = self._refusal(scope, headers) or self._app
            await app(scope, receive, send_with_id)
        finally:
            finish(scope, request_id.decode(), status, time.perf_counter() - start)

    def _refusal(self, scope: dict[str, Any], headers: dict[bytes, bytes]) -> Any:
        """The response to a request that may not be made; None if it may."""
        if scope["path"] not in NEED_KEY:
            return None
        client = scope["client"][0] if scope.get("client") else ""
        try:
            self._access.check(headers.get(b"authorization", b"").decode("latin-1"), client)
        except HTTPException as error:
            return JSONResponse({"detail": error.detail}, error.status_code, error.headers)
        return None


def finish(scope: dict[str, Any], request_id: str, status: int, seconds: float) -> None:
    """Count a request, and log it at the level `info`."""
    path = scope["path"] if scope["path"] in PATHS else "other"
    counter(path, status).inc()
    if path == "/predict":
        metrics.request_seconds.observe(seconds)
    if logger.isEnabledFor(logging.INFO):
        fields = {"request_id": request_id, "status": status, "seconds": round(seconds, 6)}
        fields |= {"release": scope["release"]} if "release" in scope else {}
        logger.info("%s %s", scope["method"], path, extra=fields)


@cache
def counter(path: str, status: int) -> Any:
    """To find the counter of labels takes longer than to increase it."""
    return metrics.requests.labels(path, str(status))
