"""Judges a period from the server's own log and the labels that have arrived."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import pandas as pd
from pydantic import Field

from ..data import digest, load, periods, recent, span
from ..deployment import pointer
from ..deployment.release import folder as folder_of
from ..deployment.release import read_traces
from ..labels.joined import LOSS, RELEASE, joined, predictions
from ..runs import known, sha256, unfinished
from ..settings import load_spec, read, var
from ..spec import DataSpec, Frozen
from .drift import distances
from .report import write_report


class Settings(Frozen):
    """`conf/monitoring.yml`."""

    window_days: int = Field(default=31, gt=0)  # of the newest labelled predictions
    least_labels: int = Field(default=100, gt=0)  # fewer of them raise no alarm
    tolerance: float = Field(default=1.2, ge=1)  # how much worse than expected is too much
    drifted_from: float = Field(default=0.1, gt=0)  # the distance from which a feature has drifted
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
    distances: dict[str, float] = field(default_factory=dict)
    alarm: str | None = None  # why the quality is not good enough


def look(period: str) -> Health:
    """Judge a period and keep what was seen; the same log and labels are judged once."""
    serving = pointer.read()
    if serving is None:
        return Health(period)
    spec, settings = load_spec(), read(Settings, "monitoring")
    answered, labels = seen(spec, period)
    folder = var("monitoring", f"{period}-{inputs(serving.release, settings, answered, labels)}")
    if not folder.exists():
        reference = load(spec, until=read_traces(serving.release).period)
        far = distances(spec, answered, reference) if len(answered) else {}
        labels = recent(spec, labels, settings.window_days)
        health = Health(
            period=period,
            release=serving.release,
            predictions=len(answered),
            labelled=len(labels),
            window=span(spec, labels),
            error=float(labels[LOSS].mean()) if len(labels) else None,
            expected=promised(spec, labels),
            drift=share(far, settings.drifted_from),
            distances=far,
        )
        with unfinished(folder) as part:
            write_report(spec, answered, reference, settings.report_rows, part / "report.html")
            judged = replace(health, alarm=alarm(spec.metric, health, settings))
            (part / "health.json").write_text(json.dumps(asdict(judged), indent=2) + "\n")
    folder.touch()  # the folder judged last is the one `newest` finds
    return stored(folder)


def seen(spec: DataSpec, period: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(answers of the period, labelled answers up to it), of whatever served."""
    answered = predictions(spec)
    labels = joined(spec, answered)
    if answered.empty:
        return answered, labels
    return answered[periods(spec, answered) == period], labels[periods(spec, labels) <= period]


def promised(spec: DataSpec, labels: pd.DataFrame) -> float | None:
    """The error expected of these answers: of each, that of the release that gave it."""
    if labels.empty:
        return None
    here = [run for run in labels[RELEASE].unique() if folder_of(run).exists()]
    metrics = {run: read_traces(run).metrics.get(spec.metric) for run in here}
    expected = labels[RELEASE].map(metrics).astype("float64").mean()
    return None if pd.isna(expected) else float(expected)


def inputs(release: str, settings: Settings, answered: pd.DataFrame, labels: pd.DataFrame) -> str:
    """A few digits that change when there is anything new to judge, or to judge it by."""
    facts = [release, settings.model_dump_json(), str(len(answered))]
    facts.append(digest(labels) if len(labels) else "")
    return sha256(json.dumps(facts).encode())[:8]


def share(far: dict[str, float], limit: float) -> float | None:
    return sum(distance >= limit for distance in far.values()) / len(far) if far else None


def alarm(metric: str, seen: Health, settings: Settings) -> str | None:
    """Why the quality is not good enough, if it is not."""
    if seen.error is None or seen.expected is None or seen.labelled < settings.least_labels:
        return None
    if seen.error <= settings.tolerance * seen.expected:
        return None
    over = seen.error / seen.expected - 1
    return f"{metric} {seen.error:.3g} is {over:.0%} over the {seen.expected:.3g} expected"


def stored(folder: Path) -> Health:
    return known(Health, json.loads((folder / "health.json").read_text()))


def every() -> Iterator[Path]:
    """The folders of all that was judged, oldest first."""
    folders = (file.parent for file in var("monitoring").glob("[!.]*/health.json"))
    return iter(sorted(folders, key=lambda folder: folder.stat().st_mtime_ns))


def newest(period: str | None = None) -> Health | None:
    """What was judged last, of a period or at all."""
    found = [health for health in map(stored, every()) if period in (None, health.period)]
    return found[-1] if found else None
