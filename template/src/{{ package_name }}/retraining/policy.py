"""Decides when to train again. Pure."""

from ..monitoring.health import Health
from ..spec import FrozenModel


class RetrainingSettings(FrozenModel):
    """`conf/retraining.yml`."""

    every_period: bool = True


def retraining_reason(
    health: Health, trained: str | None, settings: RetrainingSettings, changed: bool = False
) -> str | None:
    """The reason to train now, or None.

    `trained` is the newest period that a version was trained on. Without a time column there is
    one period, and `changed` means that its rows differ from those of the newest version.
    """
    if health.release is None:
        return "no active release"
    if health.alarm:
        return health.alarm
    if settings.every_period and (trained is None or trained < health.period):
        return "new period"
    if settings.every_period and changed:
        return "changed rows"
    return None
