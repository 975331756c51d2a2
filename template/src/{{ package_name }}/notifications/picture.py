"""Draws the picture of a message: the quality of the newest periods."""

from math import isfinite
from typing import Any

from ..monitoring.health import Health
from ..plots import plot
from ..status.chart import SERIES
from ..status.records import name_period

MAX_PERIODS = 24


def draw_quality(metric: str, periods: list[Health]) -> bytes | None:
    """A PNG file; None if no error is known."""
    shown = periods[-MAX_PERIODS:]
    known = [each.error for each in shown if each.error is not None and isfinite(each.error)]
    if not known:
        return None
    names = [name_period(each.period) for each in shown]

    def draw(axes: Any) -> None:
        for field, label in SERIES.items():
            axes.plot(names, [getattr(each, field) for each in shown], marker="o", label=label)
        errors = [each.error if each.alarm else None for each in shown]
        if any(errors):
            mark = {"linestyle": "none", "marker": "X", "markersize": 11, "color": "tab:red"}
            axes.plot(names, errors, label="alarm", **mark)
        axes.set_ylabel(metric)
        axes.set_ylim(bottom=0)
        axes.tick_params(axis="x", rotation=90)
        axes.legend()

    return plot(draw)
