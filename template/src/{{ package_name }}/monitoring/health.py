"""Evaluates a period from the prediction log and the labels that have arrived."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from math import ceil
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import Field

from ..deployment import pointer
from ..deployment.release import read_metadata, release_folder
from ..errors import InputError
from ..evaluation import to_metric
from ..labels.accepted import accepted_rows
from ..labels.join import LOSS, newest_labelled
from ..periods import days_per_period, row_days, row_periods
from ..predictions.days import period_days
from ..predictions.lines import RELEASE, VERSION
from ..predictions.reader import Log, Window, open_log
from ..promotion.window import describe_days, newest_days
from ..settings import NAME, load_spec, read_settings, var
from ..spec import DataSpec, FrozenModel
from ..storage import atomic_folder, read_record, sha256, write_json
from .drift import drift_scores
from .report import write_report

MAX_WINDOW_PERIODS = 3  # a longer window would notice a bad model too late
REFERENCE_ROWS = 100_000  # of the training, to compare with: more change no score
MIN_LABELS = 10  # the mean of fewer losses means nothing


class MonitoringSettings(FrozenModel):
    """`conf/monitoring.yml`."""

    window_days: int | None = Field(default=None, gt=0)
    min_labels: int = Field(default=100, gt=0)
    max_error_ratio: float = Field(default=1.2, ge=1)
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
    drifted_share: float | None = None  # of the features; a warning, never a trigger
    alarm: str | None = None  # why the quality is not good enough


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
        settings = read_settings(MonitoringSettings, "monitoring")
        window = evaluation_window(spec, rows, settings)
        predictions, labels = select_period(spec, log, period, window[0])
        digest = inputs_digest(active.release, settings, predictions.count(), labels)
        folder = var("monitoring", f"{period}-{digest}")
        if not folder.exists():
            reference = read_reference(spec, read_metadata(active.release).period)
            drift = evaluate_drift(spec, predictions, reference, settings.drift_threshold)
            quality = evaluate_quality(spec, labels, window, settings.max_error_ratio)
            health = Health(period, active.release, predictions.count(), **drift, **quality)
            with atomic_folder(folder) as part:
                sample = predictions.sample(settings.report_rows, [*spec.features])
                file = part / "report.html"
                write_report(spec, sample, reference, settings.report_rows, file)
                write_json(asdict(health), part / "health.json")
    folder.touch()  # `latest_health` takes the folder that was evaluated last
    return read_health(folder)


def find_period(spec: DataSpec, rows: pd.DataFrame, log: Log, period: str | None) -> str:
    """The period if there are rows or predictions of it; by default the newest with rows."""
    known = {*row_periods(spec, rows if spec.time is None else distinct_days(spec, rows))}
    if period is None or period in known:
        return period or max(known)
    with suppress(ValueError):
        if log.window(*period_days(spec, period)).count():
            return period
    raise InputError(f"there is nothing of {period}: there are {min(known)} to {max(known)}")


def distinct_days(spec: DataSpec, rows: pd.DataFrame) -> pd.DataFrame:
    return row_days(spec, rows).drop_duplicates().to_frame()


def select_period(spec: DataSpec, log: Log, period: str, days: int) -> tuple[Window, pd.DataFrame]:
    """(the predictions of the period, the newest labelled ones up to it), of any release."""
    first, after = period_days(spec, period)
    columns = [RELEASE, VERSION, *([spec.time.column] if spec.time else [])]
    labels = newest_labelled(spec, log, after, days, columns)
    release = labels[RELEASE].astype("category")  # there are few
    return log.window(first, after), labels.assign(**{RELEASE: release})


def read_reference(spec: DataSpec, period: str) -> pd.DataFrame:
    """The training rows up to a period; of many rows a sample."""
    _, after = period_days(spec, period)
    return accepted_rows(spec, [*spec.features], after, REFERENCE_ROWS)


def evaluate_drift(
    spec: DataSpec, predictions: Window, reference: pd.DataFrame, threshold: float
) -> dict[str, Any]:
    """The fields of `Health` that compare the rows of the period with the training rows."""
    if not predictions.count():
        return {}
    scores = drift_scores(spec, predictions.batches([*spec.features]), reference)
    drifted = [score >= threshold for score in scores.values()]
    return {
        "drift_scores": scores,
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
    spec: DataSpec, labels: pd.DataFrame, window: tuple[int, int], max_error_ratio: float
) -> dict[str, Any]:
    """The fields of `Health` that come from labelled predictions."""
    days, needed = window
    newest = newest_days(spec, labels, days)
    error = to_metric(spec, newest[LOSS].mean()) if len(newest) else None
    expected = released_metric(newest, spec.metric)
    worst = released_metric(newest, f"{spec.metric}_worst_period") or expected
    highest = None if worst is None else max_error_ratio * worst
    quality: Quality = "unknown"
    if error is not None and highest is not None:
        quality = "alarm" if error > highest else "good"
        quality = "too few labels" if len(newest) < needed else quality
    return {
        "labelled": len(newest),
        "needed_labels": needed,
        "window": describe_days(spec, newest),
        "error": error,
        "expected_error": expected,
        "highest_error": highest,
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


def inputs_digest(
    release: str, settings: MonitoringSettings, predictions: int, labels: pd.DataFrame
) -> str:
    """A short hash that changes when there is anything new to evaluate."""
    facts = [release, settings.model_dump_json(), str(predictions), str(len(labels))]
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
