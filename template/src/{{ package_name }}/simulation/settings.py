"""What the simulation is told."""

from pydantic import Field

from ..spec import FrozenModel


class SimulationSettings(FrozenModel):
    """`conf/simulation.yml`."""

    known_periods: int = Field(default=3, gt=0)
    clients: int = Field(default=4, gt=0)
    pause: float = Field(default=0.02, ge=0)
    rows: int = Field(default=25, gt=0)
    seed: int = 0
