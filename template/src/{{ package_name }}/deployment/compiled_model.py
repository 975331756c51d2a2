"""Answers requests from compiled trees, without scikit-learn or pandas in the process."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import numpy as np
import treelite
import treelite.gtil
from pydantic import Field

from ..spec import PREDICTION, PROBABILITY, FrozenModel

PLAN, TREES = "compiled.json", "compiled.treelite"
EPOCH = datetime(1970, 1, 1)
Number = float | None  # a missing value is None until there is a matrix


class ColumnEncoding(FrozenModel):
    """How the value of a feature becomes numbers."""

    name: str
    kind: str  # number, date or category
    codes: dict[str, Number] = Field(default={})
    unseen: Number = None
    missing: Number = None

    def numbers(self, value: Any) -> list[Number]:
        if self.kind == "date":
            return encode_date(value)
        if self.kind == "number":
            return [value]
        return [self.missing if value is None else self.codes.get(value, self.unseen)]


class EncodingPlan(FrozenModel):
    """What the trees are asked, and what their numbers mean."""

    columns: tuple[ColumnEncoding, ...]
    classes: tuple[str, ...] = ()
    softmax: bool = False  # treelite's own has 32 bits


@dataclass(frozen=True)
class CompiledModel:
    """The trees of a model and the plan to ask them."""

    plan: EncodingPlan
    trees: Any

    def answers(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answers for rows as a request has them."""
        asked = [
            [number for column in self.plan.columns for number in column.numbers(row[column.name])]
            for row in rows
        ]
        matrix = np.array(asked, dtype="float64")
        found = treelite.gtil.predict(self.trees, matrix, nthread=1, pred_margin=self.plan.softmax)
        return [self.answer(each) for each in found.reshape(len(rows), -1).tolist()]

    def answer(self, found: list[float]) -> dict[str, Any]:
        if not self.plan.classes:
            return {PREDICTION: found[0]}
        chances = softmax(found) if self.plan.softmax else found
        if len(chances) == 1:  # of two classes, the second
            chances = [1 - chances[0], chances[0]]
        likeliest = self.plan.classes[chances.index(max(chances))]
        names = [f"{PROBABILITY}{name}" for name in self.plan.classes]
        return {PREDICTION: likeliest, **dict(zip(names, chances, strict=True))}

    def write(self, folder: Path) -> None:
        (folder / PLAN).write_text(self.plan.model_dump_json(indent=2) + "\n")
        (folder / TREES).write_bytes(self.trees.serialize_bytes())

    @classmethod
    def read(cls, folder: Path) -> Self:
        """What `write` wrote; whoever calls has checked the digests."""
        trees = treelite.Model.deserialize_bytes((folder / TREES).read_bytes())
        return cls(EncodingPlan.model_validate_json((folder / PLAN).read_bytes()), trees)


def encode_date(value: str | None) -> list[Number]:
    """What `calendar` of features.py makes of a date."""
    if value is None:
        return [None] * 4
    date = datetime.fromisoformat(value)
    if date.tzinfo:
        date = date.astimezone(UTC).replace(tzinfo=None)
    return [(date - EPOCH).days, date.month, date.weekday(), date.hour]


def softmax(margins: list[float]) -> list[float]:
    powers = [math.exp(margin - max(margins)) for margin in margins]
    return [power / sum(powers) for power in powers]
