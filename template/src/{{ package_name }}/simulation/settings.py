"""The settings of the simulation."""

from pydantic import Field

from ..spec import FrozenModel


class SimulationSettings(FrozenModel):
    """`conf/simulation.yml`."""

    known_periods: int = Field(default=3, gt=0)
    clients: int = Field(default=4, gt=0)
    pause_seconds: float = Field(default=0.02, ge=0)
    rows_per_request: int = Field(default=25, gt=0)
    seed: int = 0
