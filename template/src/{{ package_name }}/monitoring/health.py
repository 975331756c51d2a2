"""Evaluates a period from the prediction log and the labels that have arrived."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import Field

from ..data import frame_digest, load_rows
from ..deployment import pointer
from ..deployment.release import read_metadata, release_folder
from ..errors import InputError
from ..labels.join import LOSS, join_labels
from ..periods import row_periods
from ..predictions.reader import RELEASE, load_predictions
from ..promotion.window import describe_days, newest_days
from ..settings import NAME, load_spec, read_settings, var
from ..spec import DataSpec, FrozenModel
from ..storage import atomic_folder, read_record, sha256, write_json
from .drift import drift_scores
from .report import write_report


class MonitoringSettings(FrozenModel):
    """`conf/monitoring.yml`."""

    window_days: int = Field(default=31, gt=0)
    min_labels: int = Field(default=100, gt=0)
    max_error_ratio: float = Field(default=1.2, ge=1)
    drift_threshold: float = Field(default=0.1, gt=0)
    report_rows: int = Field(default=2000, gt=0)


@dataclass(frozen=True)
class Health:
    """The evaluation of a period; a field is None when there is nothing to compute it from."""

    period: str
    release: str | None = None  # the active release
    predictions: int = 0  # made in the period
    labelled: int = 0  # predictions that the error is computed from, of any release
    window: str | None = None  # the days of these predictions
    error: float | None = None
    expected_error: float | None = None  # of the same releases, when they were trained
    drift_scores: dict[str, float] = field(default_factory=dict)  # by feature
    drifted_share: float | None = None  # of the features; a warning, never a trigger
    alarm: str | None = None  # why the quality is not good enough


def evaluate_period(period: str | None = None) -> Health:
    """Evaluate a period, by default the newest of the data, and save the result.

    The same predictions, labels and settings are evaluated once. InputError if the period is
    neither in the data nor in the log.
    """
    spec, active = load_spec(), pointer.read_active()
    rows, predictions = load_rows(spec), load_predictions(spec)
    period = find_period(spec, rows, predictions, period)
    if active is None:
        return Health(period)
    settings = read_settings(MonitoringSettings, "monitoring")
    predictions, labels = select_period(spec, predictions, period)
    digest = inputs_digest(active.release, settings, predictions, labels)
    folder = var("monitoring", f"{period}-{digest}")
    if not folder.exists():
        reference = rows[row_periods(spec, rows) <= read_metadata(active.release).period]
        drift = evaluate_drift(spec, predictions, reference, settings.drift_threshold)
        quality = evaluate_quality(spec, labels, settings)
        health = Health(period, active.release, len(predictions), **drift, **quality)
        with atomic_folder(folder) as part:
            write_report(spec, predictions, reference, settings.report_rows, part / "report.html")
            write_json(asdict(health), part / "health.json")
    folder.touch()  # `latest_health` takes the folder that was evaluated last
    return read_health(folder)


def find_period(
    spec: DataSpec, rows: pd.DataFrame, predictions: pd.DataFrame, period: str | None
) -> str:
    """The period if there are rows or predictions of it; by default the newest with rows."""
    known = {*row_periods(spec, rows)}
    newest = max(known)
    if len(predictions):
        known |= {*row_periods(spec, predictions)}
    if period and period not in known:
        raise InputError(f"there is nothing of {period}: there are {min(known)} to {max(known)}")
    return period or newest


def select_period(
    spec: DataSpec, predictions: pd.DataFrame, period: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(the predictions of the period, the labelled predictions up to it), of any release."""
    labels = join_labels(spec, predictions)
    if predictions.empty:
        return predictions, labels
    in_period = row_periods(spec, predictions) == period
    return predictions[in_period], labels[row_periods(spec, labels) <= period]


def evaluate_drift(
    spec: DataSpec, predictions: pd.DataFrame, reference: pd.DataFrame, threshold: float
) -> dict[str, Any]:
    """The fields of `Health` that compare the rows of the period with the training rows."""
    if predictions.empty:
        return {}
    scores = drift_scores(spec, predictions, reference)
    drifted = [score >= threshold for score in scores.values()]
    return {
        "drift_scores": scores,
        "drifted_share": sum(drifted) / len(drifted) if drifted else None,
    }


def evaluate_quality(
    spec: DataSpec, labels: pd.DataFrame, settings: MonitoringSettings
) -> dict[str, Any]:
    """The fields of `Health` that come from labelled predictions."""
    newest = newest_days(spec, labels, settings.window_days)
    error = float(newest[LOSS].mean()) if len(newest) else None
    expected = expected_error(spec, newest)
    return {
        "labelled": len(newest),
        "window": describe_days(spec, newest),
        "error": error,
        "expected_error": expected,
        "alarm": quality_alarm(spec.metric, error, expected, len(newest), settings),
    }


def expected_error(spec: DataSpec, labels: pd.DataFrame) -> float | None:
    """The mean of what each prediction's release promised when it was trained."""
    if labels.empty:
        return None
    local = [release for release in labels[RELEASE].unique() if release_folder(release).exists()]
    errors = {release: read_metadata(release).metrics.get(spec.metric) for release in local}
    expected = labels[RELEASE].map(errors).astype("float64").mean()
    return None if pd.isna(expected) else float(expected)


def quality_alarm(
    metric: str,
    error: float | None,
    expected: float | None,
    labels: int,
    settings: MonitoringSettings,
) -> str | None:
    """Why the quality is not good enough; None if it is, or if too little is known."""
    if error is None or expected is None or labels < settings.min_labels:
        return None
    if error <= settings.max_error_ratio * expected:
        return None
    excess = error / expected - 1
    return f"{metric} {error:.3g} is {excess:.0%} higher than the {expected:.3g} expected"


def inputs_digest(
    release: str, settings: MonitoringSettings, predictions: pd.DataFrame, labels: pd.DataFrame
) -> str:
    """A short hash that changes when there is anything new to evaluate."""
    facts = [release, settings.model_dump_json(), str(len(predictions))]
    facts.append(frame_digest(labels) if len(labels) else "")
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
