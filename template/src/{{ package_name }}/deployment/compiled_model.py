"""Predicts with compiled trees, without scikit-learn or pandas in the process."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import numpy as np
import treelite
import treelite.gtil
from pydantic import Field

from ..predictions.records import Records
from ..spec import PREDICTION, PROBABILITY, FrozenModel

PLAN, TREES = "compiled.json", "compiled.treelite"
EPOCH = datetime(1970, 1, 1)
Number = float | None  # None is a missing value


class ColumnEncoding(FrozenModel):
    """How the value of one column becomes numbers."""

    name: str
    kind: str = "category"  # or number, or date
    codes: dict[str, Number] = Field(default={})
    unseen: Number = None
    missing: Number = None

    def encode(self, value: Any) -> list[Number]:
        if self.kind == "date":
            return encode_date(value)
        if self.kind == "number":
            return [value]
        return [self.missing if value is None else self.codes.get(value, self.unseen)]


class EncodingPlan(FrozenModel):
    """The inputs of the trees, and the meaning of their outputs."""

    columns: tuple[ColumnEncoding, ...]
    classes: tuple[str, ...] = ()
    softmax: bool = False  # computed here: treelite's has only 32 bits


@dataclass(frozen=True)
class CompiledModel:
    """The trees of a model, and how to encode rows for them."""

    plan: EncodingPlan
    trees: Any

    def predict(self, rows: Records) -> Records:
        """The predictions for the rows of a request."""
        inputs = [
            [number for column in self.plan.columns for number in column.encode(row[column.name])]
            for row in rows
        ]
        matrix = np.array(inputs, dtype="float64")
        output = treelite.gtil.predict(self.trees, matrix, nthread=1, pred_margin=self.plan.softmax)
        return [self.to_prediction(numbers) for numbers in output.reshape(len(rows), -1).tolist()]

    def to_prediction(self, output: list[float]) -> dict[str, Any]:
        """A prediction from the output of the trees for one row."""
        if not self.plan.classes:
            return {PREDICTION: output[0]}
        probabilities = softmax(output) if self.plan.softmax else output
        if len(probabilities) == 1:  # that of the second of two classes
            probabilities = [1 - probabilities[0], probabilities[0]]
        likeliest = self.plan.classes[probabilities.index(max(probabilities))]
        names = [f"{PROBABILITY}{name}" for name in self.plan.classes]
        return {PREDICTION: likeliest, **dict(zip(names, probabilities, strict=True))}

    def write(self, folder: Path) -> None:
        (folder / PLAN).write_text(self.plan.model_dump_json(indent=2) + "\n")
        (folder / TREES).write_bytes(self.trees.serialize_bytes())

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The model that `write` wrote. Check the digests of its files first."""
        trees = treelite.Model.deserialize_bytes((folder / TREES).read_bytes())
        return cls(EncodingPlan.model_validate_json((folder / PLAN).read_bytes()), trees)


def encode_date(value: str | None) -> list[Number]:
    """The same numbers as `calendar_parts` in features.py."""
    if value is None:
        return [None] * 4
    date = datetime.fromisoformat(value)
    if date.tzinfo:
        date = date.astimezone(UTC).replace(tzinfo=None)
    return [(date - EPOCH).days, date.month, date.weekday(), date.hour]


def softmax(margins: list[float]) -> list[float]:
    powers = [math.exp(margin - max(margins)) for margin in margins]
    return [power / sum(powers) for power in powers]
