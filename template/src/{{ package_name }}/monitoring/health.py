"""Evaluates a period from the prediction log and the labels that have arrived."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ..deployment import pointer
from ..labels.accepted import accepted_file, accepted_rows
from ..labels.join import join_labels
from ..predictions.reader import Window, open_log
from ..settings import NAME, load_spec, var
from ..spec import DataSpec
from ..storage import atomic_folder, read_record, sha256, write_json
from .checks import Check, list_checks
from .drift import drift_scores
from .estimation import check_estimate, estimator_folder
from .inputs import REFERENCE_ROWS, Inputs, find_period, read_checked, read_inputs, read_reference
from .noise import drift_thresholds
from .quality import Quality, evaluate_quality
from .report import write_report


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
    drifted_share: float | None = None  # of the features; a warning
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
        inputs = read_inputs(spec, log, rows, period, active.release)
        folder = var("monitoring", f"{period}-{inputs_digest(inputs)}")
        if not folder.exists():
            save(inputs, folder)
    folder.touch()  # `latest_health` takes the folder that was evaluated last
    return read_health(folder)


def save(inputs: Inputs, folder: Path) -> None:
    """Evaluate, and write the result and the drift report of a sample of the rows."""
    spec, settings, predictions = inputs.spec, inputs.settings, inputs.predictions
    reference = read_reference(spec, inputs.trained)
    was_alarm = is_alarm_open(inputs.release, inputs.period)
    health = Health(
        inputs.period,
        inputs.release,
        predictions.count(),
        checks=[*evaluate_checks(inputs, reference)],
        **evaluate_drift(spec, predictions, reference, settings.drift_threshold),
        **evaluate_quality(spec, inputs.labels, inputs.window, settings.error_ratio, was_alarm),
    )
    with atomic_folder(folder) as part:
        sample = predictions.sample(settings.report_rows, [*spec.features])
        write_report(spec, sample, reference, settings.report_rows, part / "report.html")
        write_json(asdict(health), part / "health.json")


def evaluate_checks(inputs: Inputs, reference: pd.DataFrame) -> Iterator[Check]:
    yield from list_checks(inputs.spec, read_checked(inputs, reference), inputs.settings)
    if estimator_folder(inputs.release).exists():
        logged = inputs.predictions.sample(REFERENCE_ROWS)
        labelled = join_labels(inputs.spec, logged)
        ratio = inputs.settings.error_ratio
        yield from check_estimate(inputs.spec, inputs.release, logged, labelled, ratio)


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


def is_alarm_open(release: str, period: str) -> bool:
    """Whether the evaluation before this one was an alarm about the same release."""
    saved = [read_health(folder) for folder in health_folders()]
    before = [each for each in saved if each.release == release and each.period <= period]
    latest = max(before, key=lambda each: (each.period, each.window or ""), default=None)
    return latest is not None and latest.quality == "alarm"


def inputs_digest(inputs: Inputs) -> str:
    """A short hash that changes when there is anything new to evaluate."""
    labels = inputs.labels
    facts = [inputs.release, inputs.settings.model_dump_json(), accepted_file(inputs.spec).name]
    facts += [str(inputs.predictions.count()), str(len(labels))]
    facts.append(str(estimator_folder(inputs.release).exists()))
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
