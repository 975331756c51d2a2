"""The settings of drills."""

from pydantic import Field

from ..spec import FrozenModel


class DrillSettings(FrozenModel):
    """`conf/drills.yml`."""

    rows_per_period: int = Field(default=5000, gt=0)
    max_periods: int = Field(default=3, gt=0)
    seed: int = 0
