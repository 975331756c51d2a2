"""The declaration of the data, checked and frozen: what `conf/data.yml` says, as one object."""

import hashlib
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

METRICS = {
    "regression": ("mae", "mse"),
    "binary": ("log_loss", "brier"),
    "multiclass": ("log_loss", "brier"),
}


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
        special = [self.target, self.key] + ([self.time.column] if self.time else [])
        for name in special:
            if name in self.features:
                raise ValueError(f"{name} is the target, key or time: take it out of `features`")
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
        """sha256 of what is declared, comments and order of the file aside."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def columns(self, kind: str) -> list[str]:
        """The features of one type, in the declared order."""
        return [name for name, feature in self.features.items() if feature.type == kind]
