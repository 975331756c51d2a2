"""Judges a period from the server's own log and the labels that have arrived."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import pandas as pd
from pydantic import Field

from ..data import frame_digest, load_rows
from ..deployment import pointer
from ..deployment.release import read_metadata
from ..deployment.release import release_folder as folder_of
from ..labels.join import LOSS, RELEASE, join_labels, load_predictions
from ..periods import describe_days, newest_days, row_periods
from ..settings import load_spec, read_settings, var
from ..spec import DataSpec, FrozenModel
from ..storage import atomic_folder, from_stored, sha256
from .drift import drift_scores
from .report import write_report


class MonitoringSettings(FrozenModel):
    """`conf/monitoring.yml`."""

    window_days: int = Field(default=31, gt=0)  # of the newest labelled predictions
    min_labels: int = Field(default=100, gt=0)  # fewer of them raise no alarm
    max_error_ratio: float = Field(default=1.2, ge=1)  # how much worse than expected is too much
    drift_threshold: float = Field(
        default=0.1, gt=0
    )  # the distance from which a feature has drifted
    report_rows: int = Field(default=2000, gt=0)


@dataclass(frozen=True)
class Health:
    """What was seen of a period; a field is None when there was nothing to see."""

    period: str
    release: str | None = None  # what serves
    predictions: int = 0  # answered in the period
    labelled: int = 0  # answers the error is made of, whatever release gave them
    window: str | None = None  # the days of these answers
    error: float | None = None
    expected: float | None = None  # by the releases that gave these answers, when trained
    drift: float | None = None  # share of features that drifted; a warning, never a trigger
    drift_scores: dict[str, float] = field(default_factory=dict)
    alarm: str | None = None  # why the quality is not good enough


def evaluate_period(period: str) -> Health:
    """Judge a period and keep what was seen; the same log and labels are judged once."""
    serving = pointer.read_active()
    if serving is None:
        return Health(period)
    spec, settings = load_spec(), read_settings(MonitoringSettings, "monitoring")
    answered, labels = load_predictions_and_labels(spec, period)
    folder = var(
        "monitoring", f"{period}-{inputs_digest(serving.release, settings, answered, labels)}"
    )
    if not folder.exists():
        reference = load_rows(spec, until=read_metadata(serving.release).period)
        far = drift_scores(spec, answered, reference) if len(answered) else {}
        labels = newest_days(spec, labels, settings.window_days)
        health = Health(
            period=period,
            release=serving.release,
            predictions=len(answered),
            labelled=len(labels),
            window=describe_days(spec, labels),
            error=float(labels[LOSS].mean()) if len(labels) else None,
            expected=expected_error(spec, labels),
            drift=drifted_share(far, settings.drift_threshold),
            drift_scores=far,
        )
        with atomic_folder(folder) as part:
            write_report(spec, answered, reference, settings.report_rows, part / "report.html")
            judged = replace(health, alarm=quality_alarm(spec.metric, health, settings))
            (part / "health.json").write_text(json.dumps(asdict(judged), indent=2) + "\n")
    folder.touch()  # the folder judged last is the one `newest` finds
    return read_health(folder)


def load_predictions_and_labels(spec: DataSpec, period: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(answers of the period, labelled answers up to it), of whatever served."""
    answered = load_predictions(spec)
    labels = join_labels(spec, answered)
    if answered.empty:
        return answered, labels
    return answered[row_periods(spec, answered) == period], labels[
        row_periods(spec, labels) <= period
    ]


def expected_error(spec: DataSpec, labels: pd.DataFrame) -> float | None:
    """The error expected of these answers: of each, that of the release that gave it."""
    if labels.empty:
        return None
    here = [run for run in labels[RELEASE].unique() if folder_of(run).exists()]
    metrics = {run: read_metadata(run).metrics.get(spec.metric) for run in here}
    expected = labels[RELEASE].map(metrics).astype("float64").mean()
    return None if pd.isna(expected) else float(expected)


def inputs_digest(
    release: str, settings: MonitoringSettings, answered: pd.DataFrame, labels: pd.DataFrame
) -> str:
    """A few digits that change when there is anything new to judge, or to judge it by."""
    facts = [release, settings.model_dump_json(), str(len(answered))]
    facts.append(frame_digest(labels) if len(labels) else "")
    return sha256(json.dumps(facts).encode())[:8]


def drifted_share(far: dict[str, float], limit: float) -> float | None:
    return sum(distance >= limit for distance in far.values()) / len(far) if far else None


def quality_alarm(metric: str, seen: Health, settings: MonitoringSettings) -> str | None:
    """Why the quality is not good enough, if it is not."""
    if seen.error is None or seen.expected is None or seen.labelled < settings.min_labels:
        return None
    if seen.error <= settings.max_error_ratio * seen.expected:
        return None
    over = seen.error / seen.expected - 1
    return f"{metric} {seen.error:.3g} is {over:.0%} over the {seen.expected:.3g} expected"


def read_health(folder: Path) -> Health:
    return from_stored(Health, json.loads((folder / "health.json").read_text()))


def health_folders() -> Iterator[Path]:
    """The folders of all that was judged, oldest first."""
    folders = (file.parent for file in var("monitoring").glob("[!.]*/health.json"))
    return iter(sorted(folders, key=lambda folder: folder.stat().st_mtime_ns))


def latest_health(period: str | None = None) -> Health | None:
    """What was judged last, of a period or at all."""
    found = [
        health for health in map(read_health, health_folders()) if period in (None, health.period)
    ]
    return found[-1] if found else None
