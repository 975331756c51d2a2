"""What a request looks like, made from the declaration, so OpenAPI is right for any data."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from ..spec import DataSpec

REQUEST_TYPES: dict[str, Any] = {
    "number": float,
    "boolean": bool,
    "date": datetime,
    "category": str,
    "text": str,
}


class StrictModel(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, populate_by_name=False)


def row_model(spec: DataSpec) -> type[BaseModel]:
    """A model of one row. Fields are numbered and aliased: a column may have any name."""
    columns: dict[str, Any] = {} if spec.has_hash_key else {spec.key: (int | str, ...)}
    if spec.entity:
        columns[spec.entity] = (int | str | None, None)
    if spec.time:
        columns[spec.time.column] = (datetime | None, None)
    for name, feature in spec.features.items():
        kind = REQUEST_TYPES[feature.type]
        columns[name] = (kind | None, None) if feature.nullable else (kind, ...)
    fields: dict[str, Any] = {
        f"column_{number}": (kind, Field(default, alias=name))
        for number, (name, (kind, default)) in enumerate(columns.items())
    }
    return create_model("Row", __base__=StrictModel, **fields)


def request_model(
    spec: DataSpec, max_rows: int, example: dict[str, Any] | None = None
) -> type[BaseModel]:
    """`{"rows": [...]}`, at least one and at most `max_rows`; the example stands in OpenAPI."""
    shown = [[example]] if example else None
    limits = Field(min_length=1, max_length=max_rows, examples=shown)
    rows: Any = (list[row_model(spec)], limits)  # type: ignore[misc]
    return create_model("Request", __base__=StrictModel, rows=rows)
