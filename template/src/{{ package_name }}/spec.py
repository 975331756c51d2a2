"""The declaration of the data, checked and frozen: what `conf/data.yml` says, as one object."""

import hashlib
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

METRICS = {
    "regression": ("mae", "mse"),
    "binary": ("log_loss", "brier"),
    "multiclass": ("log_loss", "brier"),
}
# Beside a row's own columns the log of predictions and the join with labels have these.
LOGGED = {"at", "release", "version", "prediction", "label", "loss"}


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Feature(Frozen):
    """A column the model may read; `min` and `max` bound what the contract admits."""

    type: Literal["number", "category"]
    min: float | None = None
    max: float | None = None
    nullable: bool = False


class Time(Frozen):
    """When a row happened, how time is cut, and how long after the row its label is known."""

    column: str
    period: Literal["day", "week", "month"] = "month"
    label_delay_hours: float = Field(default=0, ge=0)


class DataSpec(Frozen):
    """The data of this project. No other code names a column."""

    source: str
    task: Literal["regression", "binary", "multiclass"]
    target: str
    key: str
    entity: str | None = None
    time: Time | None = None
    metric: str
    features: dict[str, Feature] = Field(min_length=1)

    @model_validator(mode="after")
    def consistent(self) -> Self:
        time = [self.time.column] if self.time else []
        special = [self.target, self.key, *time]
        for name in special:
            if name in self.features:
                raise ValueError(f"{name} is the target, key or time: take it out of `features`")
        if len({*special, self.entity}) < len(special) + 1:
            raise ValueError("target, key, entity and time must be different columns")
        if taken := sorted({*self.features, self.key, str(self.entity), *time} & LOGGED):
            raise ValueError(f"{taken[0]} is a word of the prediction log: rename the column")
        if self.metric not in METRICS[self.task]:
            allowed = " or ".join(METRICS[self.task])
            raise ValueError(f"metric {self.metric} does not fit a {self.task} task: use {allowed}")
        return self

    @property
    def classes(self) -> bool:
        """Whether a prediction is a class with probabilities rather than a number."""
        return self.task != "regression"

    @property
    def digest(self) -> str:
        """sha256 of what is declared; where the data lie is no part of it."""
        return hashlib.sha256(self.model_dump_json(exclude={"source"}).encode()).hexdigest()

    def columns(self, kind: str) -> list[str]:
        """The features of one type, in the declared order."""
        return [name for name, feature in self.features.items() if feature.type == kind]
