"""The settings of retraining."""

import re
from datetime import UTC, datetime
from typing import Literal

from pydantic import Field, field_validator

from ..spec import FrozenModel

Action = Literal["train", "warn"]
CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"


class RetrainingSettings(FrozenModel):
    """`conf/retraining.yml`."""

    every_period: bool = True
    on_quality: Action = "train"
    on_estimated_quality: Action = "warn"
    on_drift: Action = "warn"
    max_drifted_share: float = Field(default=0.75, ge=0, lt=1)
    every_days: int | None = Field(default=None, gt=0)
    every_rows: int | None = Field(default=None, gt=0)
    min_new_rows: int = Field(default=0, ge=0)
    cooldown_days: int = Field(default=0, ge=0)
    max_trainings_per_month: int | None = Field(default=None, gt=0)
    quiet_hours: str | None = None
    max_loop_minutes: float = Field(default=120, gt=0)

    @field_validator("quiet_hours", mode="before")
    @classmethod
    def check_quiet_hours(cls, value: object) -> object:
        times = re.fullmatch(f"({CLOCK})-({CLOCK})", str(value))
        if value is not None and (times is None or times[1] == times[2]):
            raise ValueError('write two different times in UTC, such as "22:00-06:00"')
        return value

    def is_quiet(self, now: datetime) -> bool:
        """Whether it is in the quiet hours, which begin with the first minute and may pass 0:00."""
        if self.quiet_hours is None:
            return False
        start, end = self.quiet_hours.split("-")
        time = f"{now.astimezone(UTC):%H:%M}"
        return start <= time < end if start < end else time >= start or time < end
