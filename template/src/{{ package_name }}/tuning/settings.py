"""`conf/tuning.yml`: the search space, and what a study costs."""

from typing import Annotated, Any

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from ..spec import FrozenModel, check_address


class Range(FrozenModel):
    """The values between two numbers; whole numbers if both are whole."""

    low: int | float
    high: int | float
    log: bool = False  # small values are tried as often as large ones

    @model_validator(mode="after")
    def check_ends(self) -> "Range":
        if self.low >= self.high:
            raise ValueError(f"`low` {self.low} must be smaller than `high` {self.high}")
        if self.log and self.low <= 0:
            raise ValueError(f"with `log`, `low` must be more than zero, not {self.low}")
        return self


def kind(value: Any) -> str:
    return "values" if isinstance(value, list) else "range"


Values = Annotated[list[bool | int | float | str | None], Field(min_length=1)]
Parameter = Annotated[
    Annotated[Values, Tag("values")] | Annotated[Range, Tag("range")], Discriminator(kind)
]


class TuningSettings(FrozenModel):
    """`conf/tuning.yml`."""

    trials: int = Field(default=40, gt=0)
    parallel: int = Field(default=1, gt=0)
    storage: str | None = None  # by default SQLite in var/
    space: dict[str, Parameter] = Field(min_length=1)

    _check_storage = field_validator("storage")(check_address)


def to_distribution(parameter: Any) -> BaseDistribution:
    """A parameter of the search space as Optuna knows it."""
    if isinstance(parameter, list):
        return CategoricalDistribution(parameter)
    low, high, log = parameter.low, parameter.high, parameter.log
    if isinstance(low, int) and isinstance(high, int):
        return IntDistribution(low, high, log=log)
    return FloatDistribution(low, high, log=log)
