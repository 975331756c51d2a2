"""Rows and predictions as JSON holds them, in requests, releases and the log."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema, create_model

from ..schema import COLUMN_TYPES, declared_range, row_columns
from ..spec import DataSpec, Feature, FrozenModel
from ..values import dates_among, numbers_among

if TYPE_CHECKING:  # a server with a compiled model never imports pandas
    import pandas as pd

Records = list[dict[str, Any]]
ANY_NUMBER = Feature(type="number")


class StrictModel(FrozenModel, strict=True):
    """A number must be a JSON number, a text a JSON string."""


def row_model(spec: DataSpec, ranges: bool = True) -> type[BaseModel]:
    """A pydantic model of one row, with the declared ranges if `ranges`.

    Its fields are numbered and have aliases, because a column may have any name.
    """
    fields: dict[str, Any] = {}
    for number, (name, (kind, required)) in enumerate(row_columns(spec).items()):
        _, value = COLUMN_TYPES[kind]
        if kind == "number":
            low, high = declared_range(spec.features[name] if ranges else ANY_NUMBER)
            value = Annotated[float, Field(ge=low, le=high)]
        value = value if required else value | None
        words = spec.missing_words(name)
        texts, numbers = missing_in_json(kind, words)
        if texts or numbers:
            value = Annotated[value, BeforeValidator(partial(drop_missing, texts, numbers))]
        if kind in ("category", "text") and required:
            value = Annotated[value, WithJsonSchema(text_schema(kind, words))]
        field = (value, Field(alias=name) if required else Field(None, alias=name))
        fields[f"column_{number}"] = field
    return create_model("Row", __base__=StrictModel, **fields)


def text_schema(kind: str, words: tuple[str, ...]) -> dict[str, Any]:
    """The JSON schema of a value that must not be missing."""
    types = ["string", "number", "boolean"] if kind == "category" else ["string"]
    return {"type": types, "not": {"enum": list(words)}} | (
        {"pattern": r"\S"} if "" in words else {}
    )


def missing_in_json(kind: str, words: tuple[str, ...]) -> tuple[frozenset[str], frozenset[float]]:
    """The texts and the numbers that mean a missing value; a number is no text in JSON."""
    texts = words if kind in ("category", "text") else ()
    if kind == "date":
        texts = tuple(word for word in words if dates_among((word,)))
    numbers = numbers_among(words) if kind in ("category", "number") else []
    return frozenset(texts), frozenset(numbers)


def drop_missing(texts: frozenset[str], numbers: frozenset[float], value: Any) -> Any:
    """None for a value that means a missing one, as in files."""
    if isinstance(value, str):
        return None if value.strip() in texts else value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return None if is_number and value in numbers else value


def row_records(spec: DataSpec, frame: pd.DataFrame) -> Records:
    """Rows as a request holds them: the columns of `row_columns` that the frame has."""
    from ..tables import to_records

    booleans = {name: frame[name].astype("boolean") for name in spec.columns("boolean")}
    names = [name for name in row_columns(spec) if name in frame]
    return to_records(frame.assign(**booleans)[names])
