"""Judges a period from the server's own log and the labels that have arrived."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pandas as pd
from pydantic import Field

from ..data import digest, load, periods
from ..deployment import pointer
from ..deployment.release import Release, open_release
from ..labels.joined import LOSS, joined, predictions
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
    labelled: int = 0  # of its answers, those the error is made of
    window: str | None = None  # the days of these answers
    error: float | None = None
    expected: float | None = None
    drift: float | None = None  # share of features that drifted; a warning, never a trigger
    distances: dict[str, float] = field(default_factory=dict)
    alarm: str | None = None  # why the quality is not good enough


def look(period: str) -> Health:
    """Judge a period and keep what was seen; the same log and labels are judged once."""
    serving = pointer.read()
    if serving is None:
        return Health(period)
    spec, settings = load_spec(), read(Settings, "monitoring")
    release = open_release(serving.release)
    answered, labels = seen(spec, period, serving.release)
    facts = [serving.release, settings.model_dump_json(), str(len(answered))]
    facts.append(digest(labels) if len(labels) else "")
    folder = var("monitoring", f"{period}-{sha256(json.dumps(facts).encode())[:8]}")
    if not folder.exists():
        reference = load(spec, until=release.traces.period)
        health = judged(spec, settings, release, period, answered, labels, reference)
        with unfinished(folder) as part:
            write_report(spec, answered, reference, settings.report_rows, part / "report.html")
            (part / "health.json").write_text(json.dumps(asdict(health), indent=2) + "\n")
    folder.touch()  # the folder judged last is the one `newest` finds
    return stored(folder)


def seen(spec: DataSpec, period: str, release: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(answers of the period, labelled answers up to it of the release that is judged)."""
    answered, labels = predictions(spec), joined(spec)
    if answered.empty:
        return answered, labels
    mine = labels[labels["release"] == release]
    return answered[periods(spec, answered) == period], mine[periods(spec, mine) <= period]


def judged(
    spec: DataSpec,
    settings: Settings,
    release: Release,
    period: str,
    answered: pd.DataFrame,
    labels: pd.DataFrame,
    reference: pd.DataFrame,
) -> Health:
    found = distances(spec, answered, reference) if len(answered) else {}
    drifted = [name for name, far in found.items() if far >= settings.drifted_from]
    recent = newest_days(spec, labels, settings.window_days)
    expected = release.traces.metrics.get(spec.metric)
    error = float(recent[LOSS].mean()) if len(recent) else None
    return Health(
        period,
        release.traces.release,
        len(answered),
        len(recent),
        days(spec, recent),
        error,
        expected,
        len(drifted) / len(found) if found else None,
        found,
        alarm(spec.metric, error, expected, settings.tolerance)
        if len(recent) >= settings.least_labels
        else None,
    )


def newest_days(spec: DataSpec, labels: pd.DataFrame, window: int) -> pd.DataFrame:
    if spec.time is None or labels.empty:
        return labels
    times = labels[spec.time.column]
    return labels[times > times.max().normalize() - pd.Timedelta(days=window)]


def days(spec: DataSpec, rows: pd.DataFrame) -> str | None:
    if rows.empty:
        return None
    if spec.time is None:
        return "all"
    times = rows[spec.time.column]
    return f"{times.min().date()} to {times.max().date()}"


def alarm(metric: str, error: float | None, expected: float | None, limit: float) -> str | None:
    if error is None or expected is None or error <= limit * expected:
        return None
    return f"{metric} {error:.3g} is {error / expected - 1:.0%} over the {expected:.3g} expected"


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
