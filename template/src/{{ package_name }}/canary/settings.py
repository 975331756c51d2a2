"""`conf/canary.yml`."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..spec import FrozenModel

Percent = Annotated[float, Field(gt=0, le=100)]


class CanarySettings(FrozenModel):
    """`conf/canary.yml`."""

    releases: Literal["full", "canary", "shadow"] = "full"
    steps: tuple[Percent, ...] = Field(default=(5, 20, 50), min_length=1)
    shadow_share: Percent = 100
    min_answers: int = Field(default=200, ge=0)
    min_minutes: float = Field(default=60, ge=0)
    max_milliseconds: float = Field(default=100, gt=0)
    max_waiting: int = Field(default=8, gt=0)
    max_memory_mb: int = Field(default=2000, gt=0)
    max_failed_share: float = Field(default=0.05, ge=0, le=1)
    failed_of: int = Field(default=200, ge=20)
    range_margin: float = Field(default=0.5, ge=0)
    error_rate: float = Field(default=0.05, gt=0, lt=1)

    @model_validator(mode="after")
    def check_steps(self) -> Self:
        if list(self.steps) != sorted(set(self.steps)):
            raise ValueError("`steps` must grow, for example [5, 20, 50]")
        return self
