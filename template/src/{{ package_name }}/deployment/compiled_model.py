"""Predicts with compiled trees, without scikit-learn or pandas in the process."""

import ctypes
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from pydantic import Field

from ..predictions.records import Records
from ..spec import PREDICTION, PROBABILITY, FrozenModel
from .tree_structure import check_trees
from .treelite_library import C_LIBRARY, GTILConfig, Model, check_call, predict_rows

PLAN, TREES = "compiled.json", "compiled.treelite"
EPOCH = datetime(1970, 1, 1)
Number = float | None  # None is a missing value
Kind = Literal["category", "number", "date"]
Part = Literal["days", "year", "month", "day_of_year", "weekday", "hour"]
CALENDAR: dict[Part, Callable[[datetime], int]] = {
    "days": lambda date: (date - EPOCH).days,
    "year": lambda date: date.year,
    "month": lambda date: date.month,
    "day_of_year": lambda date: date.timetuple().tm_yday,
    "weekday": datetime.weekday,
    "hour": lambda date: date.hour,
}


class ColumnEncoding(FrozenModel):
    """How the value of one column becomes numbers."""

    name: str
    kind: Kind = "category"
    parts: tuple[Part, ...] = ()  # of a date
    codes: dict[str, Number] = Field(default={})
    unseen: Number = None
    missing: Number = None

    def encode(self, value: Any) -> list[Number]:
        if self.kind == "date":
            return encode_date(value, self.parts)
        if self.kind == "number":
            return [value]
        return [self.missing if value is None else self.codes.get(value, self.unseen)]


class EncodingPlan(FrozenModel):
    """The inputs of the trees, and the meaning of their outputs."""

    columns: tuple[ColumnEncoding, ...]
    classes: tuple[str, ...] = ()
    softmax: bool = False  # computed here: treelite's has only 32 bits

    @property
    def inputs(self) -> int:
        """The number of inputs of the trees."""
        return sum(len(each.parts) if each.kind == "date" else 1 for each in self.columns)


@dataclass(frozen=True)
class CompiledModel:
    """The trees of a model, and how to encode rows for them."""

    plan: EncodingPlan
    trees: Any

    @cached_property
    def _predict_trees(self) -> Callable[[np.ndarray], np.ndarray]:
        return tree_predictor(self.trees, margins=self.plan.softmax)

    def predict(self, rows: Records) -> Records:
        """The predictions for the rows of a request."""
        inputs = [
            [number for column in self.plan.columns for number in column.encode(row[column.name])]
            for row in rows
        ]
        matrix = np.array(inputs, dtype="float64")
        output = self._predict_trees(matrix)
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
        """The model that `write` wrote. ValueError if it is damaged."""
        plan = EncodingPlan.model_validate_json((folder / PLAN).read_bytes())
        trees = Model.deserialize_bytes((folder / TREES).read_bytes())
        check_trees(trees, plan.inputs)
        return cls(plan, trees)


def tree_predictor(trees: Any, margins: bool) -> Callable[[np.ndarray], np.ndarray]:
    """A function from a matrix of float64 to the outputs of each row, in one dimension.

    It calls the C function of `treelite.gtil.predict`, which prepares the same configuration for
    every call and takes four times as long for one row.
    """
    config = GTILConfig(predict_type="raw" if margins else "default", nthread=1)
    empty = np.full((1, trees.num_feature), np.nan)
    outputs = predict_rows(trees, empty, nthread=1, pred_margin=margins).size
    kind, pointer = trees.input_type.encode(), ctypes.POINTER(ctypes.c_double)

    def predict(matrix: np.ndarray) -> np.ndarray:
        result = np.zeros(len(matrix) * outputs)
        rows, target = ctypes.c_uint64(len(matrix)), result.ctypes.data_as(pointer)
        source = matrix.ctypes.data_as(pointer)
        check_call(
            C_LIBRARY.TreeliteGTILPredict(trees.handle, source, kind, rows, target, config.handle)
        )
        return result

    if trees.input_type == trees.output_type == "float64":
        return predict
    return lambda matrix: predict_rows(trees, matrix, nthread=1, pred_margin=margins)


def encode_date(value: str | None, parts: tuple[Part, ...]) -> list[Number]:
    """The same numbers as `calendar_parts` in features.py."""
    if value is None:
        return [None] * len(parts)
    date = datetime.fromisoformat(value)
    if date.tzinfo:
        date = date.astimezone(UTC).replace(tzinfo=None)
    return [CALENDAR[part](date) for part in parts]


def softmax(margins: list[float]) -> list[float]:
    powers = [math.exp(margin - max(margins)) for margin in margins]
    return [power / sum(powers) for power in powers]
