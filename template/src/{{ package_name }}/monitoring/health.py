"""Evaluates a period from the prediction log and the labels that have arrived."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from math import ceil
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import Field

from ..deployment import pointer
from ..deployment.release import read_metadata, release_folder
from ..evaluation import to_metric
from ..labels.accepted import accepted_rows
from ..labels.join import LOSS, join_labels
from ..periods import days_per_period, row_days
from ..predictions.lines import RELEASE
from ..predictions.reader import Window, open_log
from ..promotion.window import describe_days, newest_days
from ..settings import NAME, load_spec, read_settings, var
from ..spec import DataSpec
from ..storage import atomic_folder, read_record, sha256, write_json
from .checks import Check, CheckSettings, list_checks
from .drift import drift_scores
from .estimation import check_estimate, estimator_folder
from .inputs import find_period, read_checked, read_reference, select_period
from .noise import drift_thresholds
from .report import write_report
from .resampling import ending_ratio
from .thresholds import ERROR_RATIO, with_calibration

MAX_WINDOW_PERIODS = 3  # a longer window would notice a bad model too late
MIN_LABELS = 10  # the mean of fewer losses means nothing


class MonitoringSettings(CheckSettings):
    """`conf/monitoring.yml`."""

    window_days: int | None = Field(default=None, gt=0)
    max_error_ratio: float | None = Field(default=None, ge=1)
    false_alarms_per_year: float = Field(default=1, gt=0)
    drift_threshold: float = Field(default=0.1, gt=0)
    report_rows: int = Field(default=2000, gt=0)


Quality = Literal["unknown", "too few labels", "good", "alarm"]


@dataclass(frozen=True)
class Health:
    """The evaluation of a period; a field is None when there is nothing to compute it from."""

    period: str
    release: str | None = None  # the active release
    predictions: int = 0  # made in the period
    labelled: int = 0  # predictions that the error is computed from, of any release
    needed_labels: int = 0  # with fewer, the quality is not evaluated
    window: str | None = None  # the days of these predictions
    error: float | None = None
    expected_error: float | None = None  # of the same releases, when they were trained
    highest_error: float | None = None  # without an alarm
    quality: Quality = "unknown"
    drift_scores: dict[str, float] = field(default_factory=dict)  # by feature
    drift_thresholds: dict[str, float] = field(default_factory=dict)  # higher for few rows
    drifted_share: float | None = None  # of the features; a warning, never a trigger
    ending_error: float | None = None  # an alarm ends below it
    alarm: str | None = None  # why the quality is not good enough
    checks: list[Check] = field(default_factory=list)


def evaluate_period(period: str | None = None) -> Health:
    """Evaluate a period, by default the newest of the data, and save the result.

    The same predictions, labels and settings are evaluated once. InputError if the period is
    neither in the data nor in the log.
    """
    spec, active = load_spec(), pointer.read_active()
    rows = accepted_rows(spec, [spec.time.column if spec.time else spec.key])
    with open_log(spec) as log:
        period = find_period(spec, rows, log, period)
        if active is None:
            return Health(period)
        settings = with_calibration(spec, read_settings(MonitoringSettings, "monitoring"))
        window = evaluation_window(spec, rows, settings)
        predictions, labels = select_period(spec, log, period, window[0])
        digest = inputs_digest(active.release, settings, predictions.count(), labels)
        folder = var("monitoring", f"{period}-{digest}")
        if not folder.exists():
            trained = read_metadata(active.release).period
            reference = read_reference(spec, trained)
            drift = evaluate_drift(spec, predictions, reference, settings.drift_threshold)
            ratio = settings.max_error_ratio or ERROR_RATIO
            was_alarm = is_alarm_open(active, period)
            quality = evaluate_quality(spec, labels, window, ratio, was_alarm)
            checked = read_checked(spec, log, predictions, reference, period)
            checks = list_checks(spec, checked, period, trained, window[0], settings)
            if estimator_folder(active.release).exists():
                logged = predictions.frame()
                labelled = join_labels(spec, logged)
                checks += check_estimate(spec, active.release, logged, labelled, ratio)
            facts = drift | quality | {"checks": checks}
            health = Health(period, active.release, predictions.count(), **facts)
            save(spec, folder, health, predictions, reference, settings.report_rows)
    folder.touch()  # `latest_health` takes the folder that was evaluated last
    return read_health(folder)


def save(
    spec: DataSpec,
    folder: Path,
    health: Health,
    predictions: Window,
    reference: pd.DataFrame,
    rows: int,
) -> None:
    """Write the result and the drift report of at most so many rows."""
    with atomic_folder(folder) as part:
        sample = predictions.sample(rows, [*spec.features])
        write_report(spec, sample, reference, rows, part / "report.html")
        write_json(asdict(health), part / "health.json")


def evaluate_drift(
    spec: DataSpec, predictions: Window, reference: pd.DataFrame, threshold: float
) -> dict[str, Any]:
    """The fields of `Health` that compare the rows of the period with the training rows."""
    if not predictions.count():
        return {}
    scores = drift_scores(spec, predictions.batches([*spec.features]), reference)
    thresholds = drift_thresholds(spec, reference, predictions.count(), threshold)
    drifted = [score >= thresholds.get(name, threshold) for name, score in scores.items()]
    return {
        "drift_scores": scores,
        "drift_thresholds": thresholds,
        "drifted_share": sum(drifted) / len(drifted) if drifted else None,
    }


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


def is_alarm_open(active: pointer.Delivery, period: str) -> bool:
    """Whether the evaluation before this one was an alarm about the same release."""
    saved = [read_health(folder) for folder in health_folders()]
    before = [each for each in saved if each.release == active.release and each.period <= period]
    latest = max(before, key=lambda each: (each.period, each.window or ""), default=None)
    return latest is not None and latest.quality == "alarm"


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


def inputs_digest(
    release: str, settings: MonitoringSettings, predictions: int, labels: pd.DataFrame
) -> str:
    """A short hash that changes when there is anything new to evaluate."""
    facts = [release, settings.model_dump_json(), str(predictions), str(len(labels))]
    facts.append(str(estimator_folder(release).exists()))
    numbers = labels.select_dtypes(exclude=["str", "object"])
    hashes = pd.util.hash_pandas_object(numbers, index=False)
    facts.append(str(hashes.sum()))  # whatever the order of the rows
    return sha256(json.dumps(facts).encode())[:8]


def read_health(folder: Path) -> Health:
    remedy = f"delete {folder} and run `{NAME} monitor`"
    return read_record(Health, folder / "health.json", remedy)


def health_folders() -> Iterator[Path]:
    """The folders of all evaluations, oldest first."""
    folders = (file.parent for file in var("monitoring").glob("[!.]*/health.json"))
    return iter(sorted(folders, key=lambda folder: folder.stat().st_mtime_ns))


def latest_health(period: str | None = None) -> Health | None:
    """The latest evaluation, of a period or at all."""
    evaluations = [read_health(folder) for folder in health_folders()]
    matching = [health for health in evaluations if period in (None, health.period)]
    return matching[-1] if matching else None
