"""Rows and predictions as JSON holds them, in requests, releases and the log."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema, create_model

from ..schema import COLUMN_TYPES, declared_range, row_columns
from ..spec import DataSpec, Feature, FrozenModel

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
        if kind in ("category", "text"):  # all else has no text in JSON
            words = spec.missing_words(name)
            value = Annotated[value, BeforeValidator(partial(drop_missing_word, frozenset(words)))]
            value = (
                Annotated[value, WithJsonSchema(text_schema(kind, words))] if required else value
            )
        field = (value, Field(alias=name) if required else Field(None, alias=name))
        fields[f"column_{number}"] = field
    return create_model("Row", __base__=StrictModel, **fields)


def text_schema(kind: str, words: tuple[str, ...]) -> dict[str, Any]:
    """The JSON schema of a value that must not be missing."""
    types = ["string", "number", "boolean"] if kind == "category" else ["string"]
    return {"type": types, "not": {"enum": list(words)}} | (
        {"pattern": r"\S"} if "" in words else {}
    )


def drop_missing_word(words: frozenset[str], value: Any) -> Any:
    """None for a text that means a missing value, as in files."""
    return None if isinstance(value, str) and value.strip() in words else value


def row_records(spec: DataSpec, frame: pd.DataFrame) -> Records:
    """Rows as a request holds them: the columns of `row_columns` that the frame has."""
    from ..tables import to_records

    booleans = {name: frame[name].astype("boolean") for name in spec.columns("boolean")}
    names = [name for name in row_columns(spec) if name in frame]
    return to_records(frame.assign(**booleans)[names])
