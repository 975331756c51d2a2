"""When to train again. Pure."""

from ..monitoring.health import Health
from ..spec import FrozenModel


class RetrainingSettings(FrozenModel):
    """`conf/retraining.yml`."""

    every_period: bool = True  # train when a period is over, alarm or not


def retraining_reason(
    health: Health, trained: str | None, settings: RetrainingSettings, changed: bool = False
) -> str | None:
    """The reason to train now, or None.

    `trained` is the newest period a version was trained on; without time there is one period,
    and `changed` says that its rows are others than the newest version was trained on.
    """
    if health.release is None:
        return "nothing serves yet"
    if health.alarm:
        return health.alarm
    if settings.every_period and (trained is None or trained < health.period):
        return "schedule"
    if settings.every_period and changed:
        return "other rows"
    return None
