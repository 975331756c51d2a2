"""When to train again. Pure."""

from ..monitoring.health import Health
from ..spec import Frozen


class Settings(Frozen):
    """`conf/retraining.yml`."""

    every_period: bool = True  # train when a period is over, alarm or not


def due(health: Health, trained: str | None, settings: Settings) -> str | None:
    """The reason to train now, or None. `trained` is the newest period a version was trained on."""
    if health.release is None:
        return "nothing serves yet"
    if health.alarm:
        return health.alarm
    if settings.every_period and (trained is None or trained < health.period):
        return "schedule"
    return None
