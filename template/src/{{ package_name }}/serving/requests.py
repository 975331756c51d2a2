"""What a request may hold: rows as the declaration says, with limits on their number and size."""

from typing import Any

from fastapi import HTTPException
from pydantic import BaseModel, Field, create_model

from ..predictions.records import row_model
from ..spec import DataSpec, FrozenModel


def request_model(
    spec: DataSpec, max_rows: int, example: dict[str, Any] | None = None
) -> type[BaseModel]:
    """`{"rows": [...]}` with 1 to `max_rows` rows; the example appears in OpenAPI."""
    examples = [[example]] if example else None
    limits = Field(min_length=1, max_length=max_rows, examples=examples)
    rows: Any = (list[row_model(spec)], limits)  # type: ignore[misc]
    return create_model("Request", __base__=FrozenModel, rows=rows)


class BodyLimit:
    """ASGI middleware: the response is 413 if a body is larger, declared or not."""

    def __init__(self, app: Any, max_bytes: int) -> None:
        self.app, self.max_bytes = app, max_bytes

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        size = 0

        async def receive_limited() -> Any:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.max_bytes:
                detail = f"the request is larger than {self.max_bytes:,} bytes: send fewer rows"
                raise HTTPException(413, detail)
            return message

        await self.app(scope, receive_limited, send)
