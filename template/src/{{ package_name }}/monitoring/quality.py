"""The error of the newest labelled predictions, and whether it is an alarm."""

from math import ceil
from typing import Any, Literal

import pandas as pd

from ..deployment.release import read_metadata, release_folder
from ..evaluation import to_metric
from ..labels.join import LOSS
from ..periods import days_per_period, row_days
from ..predictions.lines import RELEASE
from ..promotion.window import describe_days, newest_days
from ..spec import DataSpec
from .resampling import ending_ratio
from .thresholds import MonitoringSettings

MAX_WINDOW_PERIODS = 3  # a longer window would notice a bad model too late
MIN_LABELS = 10  # the mean of fewer losses means nothing

Quality = Literal["unknown", "too few labels", "good", "alarm"]


def evaluation_window(
    spec: DataSpec, rows: pd.DataFrame, settings: MonitoringSettings
) -> tuple[int, int]:
    """(days of the window, labels that it needs), both from the rows that a period has.

    The window is a period; with few rows it is longer, so that it can hold `min_labels`.
    """
    if spec.time is None or rows.empty:
        return settings.window_days or 1, settings.min_labels
    a_day = max(1.0, float(row_days(spec, rows).value_counts().median()))
    period = days_per_period(spec, rows)
    enough = min(ceil(settings.min_labels / a_day), MAX_WINDOW_PERIODS * period)
    days = settings.window_days or max(period, enough)
    return days, max(MIN_LABELS, min(settings.min_labels, int(days * a_day / 2)))


def evaluate_quality(
    spec: DataSpec,
    labels: pd.DataFrame,
    window: tuple[int, int],
    max_error_ratio: float,
    was_alarm: bool = False,
) -> dict[str, Any]:
    """The fields of `Health` that come from labelled predictions.

    An alarm begins above one threshold and ends below a lower one.
    """
    days, needed = window
    newest = newest_days(spec, labels, days)
    error = to_metric(spec, newest[LOSS].mean()) if len(newest) else None
    expected = released_metric(newest, spec.metric)
    worst = released_metric(newest, f"{spec.metric}_worst_period") or expected
    highest = None if worst is None else max_error_ratio * worst
    ending = None if worst is None else ending_ratio(max_error_ratio) * worst
    quality: Quality = "unknown"
    if error is not None and highest is not None and ending is not None:
        quality = "alarm" if error > (ending if was_alarm else highest) else "good"
        quality = "too few labels" if len(newest) < needed else quality
    return {
        "labelled": len(newest),
        "needed_labels": needed,
        "window": describe_days(spec, newest),
        "error": error,
        "expected_error": expected,
        "highest_error": highest,
        "ending_error": ending,
        "quality": quality,
        "alarm": describe_alarm(spec.metric, error, expected) if quality == "alarm" else None,
    }


def released_metric(labels: pd.DataFrame, name: str) -> float | None:
    """The mean of a metric that each prediction's release had when it was trained."""
    if labels.empty:
        return None
    local = [release for release in labels[RELEASE].unique() if release_folder(release).exists()]
    values = {release: read_metadata(release).metrics.get(name) for release in local}
    mean = labels[RELEASE].map(values).astype("float64").mean()
    return None if pd.isna(mean) else float(mean)


def describe_alarm(metric: str, error: float | None, expected: float | None) -> str:
    """Why the quality is not good enough."""
    excess = (error or 0) / (expected or 1) - 1
    return f"{metric} {error:.3g} is {excess:.0%} higher than the {expected:.3g} expected"
