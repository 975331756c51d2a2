"""A bound on the size of a request, whether or not the client says its size."""

from typing import Any

from starlette.responses import JSONResponse


class BodyLimit:
    """ASGI middleware that answers 413 when a body is larger than `max_bytes`."""

    def __init__(self, app: Any, max_bytes: int) -> None:
        self.app, self.max_bytes = app, max_bytes

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        body = await self.body(receive) if int(declared) <= self.max_bytes else None
        if body is None:
            words = f"a request has at most {self.max_bytes} bytes: send fewer rows at a time"
            return await JSONResponse({"detail": words}, 413)(scope, receive, send)
        return await self.app(scope, replay_body(body, receive), send)

    async def body(self, receive: Any) -> bytes | None:
        """The whole body; None if it is too large."""
        found = b""
        while True:
            message = await receive()
            found += message.get("body", b"")
            if len(found) > self.max_bytes:
                return None
            if not message.get("more_body"):
                return found


def replay_body(body: bytes, receive: Any) -> Any:
    """A `receive` that gives the body that was read, then whatever comes."""
    given = False

    async def again() -> Any:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
