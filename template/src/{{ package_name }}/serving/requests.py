"""What a request looks like, made from the declaration, so OpenAPI is right for any data."""

from typing import Any

from pydantic import BaseModel, Field, create_model

from ..schema import row_model
from ..spec import DataSpec, FrozenModel


def request_model(
    spec: DataSpec, max_rows: int, example: dict[str, Any] | None = None
) -> type[BaseModel]:
    """`{"rows": [...]}`, at least one and at most `max_rows`; the example appears in OpenAPI."""
    examples = [[example]] if example else None
    limits = Field(min_length=1, max_length=max_rows, examples=examples)
    rows: Any = (list[row_model(spec)], limits)  # type: ignore[misc]
    return create_model("Request", __base__=FrozenModel, rows=rows)
