"""Reads what the page shows. Each figure is that of a record; nothing is measured again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import yaml
from cronsim import CronSim, CronSimError

from ..deployment.extension import find_extension
from ..deployment.pointer import Delivery, read_history
from ..deployment.release import ReleaseMetadata, open_release, read_metadata
from ..errors import InputError
from ..monitoring.health import Health, health_folders, read_health
from ..policy.decisions import read_decisions
from ..policy.rules import Decision
from ..registry.versions import Version, list_versions
from ..runs import list_runs
from ..settings import load_spec, root
from ..spec import NO_TIME, DataSpec

Value = TypeVar("Value")
WORKFLOW = ".github/workflows/retraining.yml"


@dataclass
class Records:
    """What is known about the model, oldest first."""

    made: datetime
    next_run: datetime | None = None
    spec: DataSpec | None = None
    history: list[Delivery] = field(default_factory=list)
    metadata: ReleaseMetadata | None = None  # of the active release
    challenger: Any = None  # its counts and rules, if the project has `canary`
    versions: list[Version] = field(default_factory=list)
    finished: dict[str, str] = field(default_factory=dict)  # run -> when its training ended
    periods: list[Health] = field(default_factory=list)  # the last evaluation of each
    decisions: list[Decision] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)  # why a record is not shown

    @property
    def active(self) -> Delivery | None:
        return self.history[-1] if self.history else None

    @property
    def since(self) -> str | None:
        """When the active release became active; steps of a challenger do not interrupt it."""
        since = None
        for line in reversed(self.history):
            if line.release != self.history[-1].release:
                break
            since = line.at
        return since

    def read(self, function: Callable[..., Value], *words: Any) -> Value | None:
        """A record, or None: a page without one of them is better than no page."""
        try:
            return function(*words)
        except (InputError, OSError) as error:
            self.unreadable.append(str(error))
            return None


def read_records() -> Records:
    """All records of this machine, and the versions in the registry."""
    records = Records(datetime.now(UTC))
    records.next_run = next_run(records.made)
    records.spec = records.read(load_spec)
    records.history = records.read(read_history) or []
    folders = records.read(lambda: list(health_folders())) or []
    evaluations = [records.read(read_health, folder) for folder in folders]
    records.periods = newest_evaluations(filter(None, evaluations))
    records.decisions = records.read(read_decisions) or []
    records.versions = records.read(list_versions) or []
    runs = records.read(lambda: list(list_runs())) or []
    records.finished = {run.id: run.finished or "" for run in runs}
    if active := records.active:
        records.metadata = records.read(read_metadata, active.release)
        if records.metadata:
            records.read(open_release, active.release)  # a server that starts now would refuse it
        if active.challenger and (steps := find_extension("steps")):
            records.challenger = records.read(steps.read_status)
    return records


def newest_evaluations(evaluations: Iterable[Health]) -> list[Health]:
    """The last evaluation of each period, from all of them, oldest first.

    The times of folders that came from another machine say nothing, so labels decide first.
    """
    by_age = sorted(evaluations, key=evaluation_age)
    newest = {health.period: health for health in by_age}
    return [newest[period] for period in sorted(newest)]


def evaluation_age(health: Health) -> tuple[str, int, int]:
    """(the last day with labels, predictions, labels): each only grows."""
    return (health.window or "").split(" to ")[-1], health.predictions, health.labelled


def name_period(period: str) -> str:
    return "all rows" if period == NO_TIME else period


def next_run(now: datetime) -> datetime | None:
    """When the workflow runs the loop next; None without a schedule that can be read."""
    try:
        text = (root() / WORKFLOW).read_text(encoding="utf-8")
        # This loader keeps the word `on`, which YAML otherwise reads as true.
        schedule = yaml.load(text, Loader=yaml.BaseLoader)["on"]["schedule"]
        return min(next(CronSim(each["cron"], now)) for each in schedule)
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError, CronSimError):
        return None
