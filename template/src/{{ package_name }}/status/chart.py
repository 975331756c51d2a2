"""The picture of the quality: positions in percent, so that it fits any width. Pure."""

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, isfinite

from matplotlib.ticker import MaxNLocator

from ..formatting import format_number
from ..monitoring.health import Health
from .records import name_period

LEFT, RIGHT, TOP, BOTTOM = 9.0, 96.0, 8.0, 86.0  # of the plot in the picture
MAX_LABELS = 3  # periods named below it before the newest; more would overlap on a phone
SERIES = {"error": "served", "expected_error": "expected", "highest_error": "highest allowed"}
SHORT = 3.0  # half of the length of a line of one value
Point = tuple[float, float]


@dataclass(frozen=True)
class Chart:
    """Lines between neighbouring periods, and what is around them."""

    lines: dict[str, list[tuple[Point, Point]]]  # by name in SERIES
    points: list[Point]  # of the served error
    alarms: list[Point]
    ticks: list[tuple[float, str]]
    labels: list[tuple[float, str, str]]  # (position, period, where it is anchored)


def draw_chart(periods: list[Health]) -> Chart | None:
    """None if there is nothing to draw."""
    values = {name: [finite(getattr(health, name)) for health in periods] for name in SERIES}
    known = [value for each in values.values() for value in each if value is not None]
    if not known:
        return None
    ticks = MaxNLocator(4).tick_values(min(0.0, *known), max(known) or 1)
    step = (RIGHT - LEFT) / max(1, len(periods) - 1)
    across = [LEFT + step * i for i in range(len(periods))] if periods[1:] else [50.0]

    def height(value: float) -> float:
        return round(TOP + (BOTTOM - TOP) * (ticks[-1] - value) / (ticks[-1] - ticks[0]), 2)

    points = {
        name: [
            None if value is None else (round(x, 2), height(value))
            for x, value in zip(across, each, strict=True)
        ]
        for name, each in values.items()
    }
    served = points["error"]
    return Chart(
        lines={name: join(each) for name, each in points.items()},
        points=[point for point in served if point],
        alarms=[point for point, each in zip(served, periods, strict=True) if point and each.alarm],
        ticks=[(height(tick), format_number(float(tick))) for tick in ticks],
        labels=name_periods(across, periods),
    )


def finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def join(points: list[Point | None]) -> list[tuple[Point, Point]]:
    """The lines between neighbours. A single value is a short line, and no value is a gap."""
    lines = [(a, b) for a, b in pairwise(points) if a and b]
    joined = {point for line in lines for point in line}
    alone = [point for point in points if point and point not in joined]
    return lines + [((x - SHORT, y), (x + SHORT, y)) for x, y in alone]


def name_periods(across: list[float], periods: list[Health]) -> list[tuple[float, str, str]]:
    """The newest period, and evenly spread ones before it."""
    last = len(periods) - 1
    anchors = {0: "start", last: "end"} if last else {}
    return [
        (round(across[i], 2), name_period(periods[i].period), anchors.get(i, "middle"))
        for i in range(last, -1, -max(1, ceil(last / MAX_LABELS)))
    ]
