"""The declaration of the data, checked and frozen: what `conf/data.yml` says, as one object."""

import hashlib
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

METRICS = {
    "regression": ("mae", "mse"),
    "binary": ("log_loss", "brier"),
    "multiclass": ("log_loss", "brier"),
}
ROW_HASH = "row_hash"  # the key of rows that have none: a hash of what they say
PREDICTION, PROBABILITY = "prediction", "probability_"  # the columns of an answer


class FrozenModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Csv(FrozenModel):
    """How the CSV files of the source are written."""

    delimiter: str = ","
    decimal: Literal[".", ","] = "."
    encoding: str = "utf-8"
    quote: str = '"'
    escape: str | None = None  # stands before a quote inside quotes; None: that is doubled
    missing: tuple[str, ...] = ()  # words for a missing value, beside NA, null and the like


class Feature(FrozenModel):
    """A column the model may read; `min` and `max` bound what the contract admits."""

    type: Literal["number", "category", "boolean", "date", "text"]
    min: float | None = None
    max: float | None = None
    nullable: bool = False
    format: str | None = None  # of a date that is not ISO 8601
    effect: Literal["up", "down"] | None = None  # where a larger value should move the prediction


class Time(FrozenModel):
    """When a row happened, how time is cut, and how long after the row its label is known."""

    column: str
    period: Literal["day", "week", "month", "quarter", "year"] = "month"
    label_delay_hours: float = Field(default=0, ge=0)
    format: str | None = None


class DataSpec(FrozenModel):
    """The data of this project. No other code names a column."""

    source: str
    csv: Csv = Csv()
    task: Literal["regression", "binary", "multiclass"]
    target: str
    key: str = ROW_HASH
    entity: str | None = None
    time: Time | None = None
    metric: str
    features: dict[str, Feature] = Field(min_length=1)
    excluded: dict[str, str] = {}  # column: why no model reads it

    @model_validator(mode="after")
    def consistent(self) -> Self:
        time = [self.time.column] if self.time else []
        special = [self.target, self.key, *time]
        for name in [*special, *self.excluded]:
            if name in self.features:
                raise ValueError(
                    f"{name} is the target, key or time, or left out: take it out of `features`"
                )
        if len({*special, self.entity}) < len(special) + 1:
            raise ValueError("target, key, entity and time must be different columns")
        for name in (*self.features, self.key, *time, *([self.entity] if self.entity else [])):
            if name == PREDICTION or (self.is_classification and name.startswith(PROBABILITY)):
                raise ValueError(f"{name} is a word of the answers: rename the column")
        if self.is_classification and any(feature.effect for feature in self.features.values()):
            raise ValueError("`effect` moves a number up or down: classes have none")
        if self.metric not in METRICS[self.task]:
            allowed = " or ".join(METRICS[self.task])
            raise ValueError(f"metric {self.metric} does not fit a {self.task} task: use {allowed}")
        return self

    @property
    def is_classification(self) -> bool:
        """Whether a prediction is a class with probabilities rather than a number."""
        return self.task != "regression"

    @property
    def has_hash_key(self) -> bool:
        """Whether rows have no key of their own."""
        return self.key == ROW_HASH

    @property
    def digest(self) -> str:
        """sha256 of what is declared; where the data lie, and in which format, is no part of it."""
        elsewhere = {"source", "csv", "excluded"}
        return hashlib.sha256(self.model_dump_json(exclude=elsewhere).encode()).hexdigest()

    def columns(self, *kinds: str) -> list[str]:
        """The features of these types, in the declared order."""
        return [name for name, feature in self.features.items() if feature.type in kinds]
