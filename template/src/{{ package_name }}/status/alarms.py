"""Finds what a person must look at. Pure: records in, sentences out."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from ..deployment.pointer import Delivery
from ..formatting import format_count
from ..monitoring.health import Health
from ..settings import NAME
from .records import Records, name_period

SECTIONS = {  # of the checks of monitoring; the others are about the rows
    "labels": "labels",
    "volume": "volume",
    "silence": "volume",
    "age of data": "age",
    "age of labels": "age",
    "age of training rows": "age",
    "estimated error": "estimate",
}


@dataclass(frozen=True)
class Alarm:
    """A sentence, and the section of docs/how-to/runbook.md that says what to do."""

    section: str
    message: str
    is_warning: bool = False
    name: str = ""  # two alarms of one section have different names; by default that section


def find_alarms(records: Records) -> list[Alarm]:
    """Alarms first, then warnings."""
    found = [*release_alarms(records), *version_alarms(records)]
    if records.periods and records.active:
        found += period_alarms(records.periods[-1], records.active)
    found += [Alarm("damaged-records", message) for message in records.unreadable]
    return sorted(found, key=lambda alarm: alarm.is_warning)


def release_alarms(records: Records) -> Iterator[Alarm]:
    if records.active is None:
        yield Alarm("no-active-release", "No release is active: nothing can be served.")
    elif not records.periods:
        message = f"No period is evaluated yet: run `{NAME} monitor`."
        yield Alarm("no-predictions", message, is_warning=True)
    if records.challenger and records.challenger.withdraw:
        yield Alarm("challenger", f"The challenger is suspended: {records.challenger.withdraw}.")


def version_alarms(records: Records) -> Iterator[Alarm]:
    newest = records.versions[-1] if records.versions else None
    if newest and newest.rejected:
        message = f"The newest version, {newest.number}, is rejected: {newest.rejected}."
        yield Alarm("rejected-version", message, is_warning=True)


def period_alarms(health: Health, active: Delivery) -> Iterator[Alarm]:
    """What the newest evaluation says; an alarm of a release that was replaced is a warning."""
    period = name_period(health.period)
    if health.alarm and health.release == active.release:
        yield Alarm("quality", f"{period}: {health.alarm}.")
    elif health.alarm:
        since = f"Since then, version {active.version} is active."
        yield Alarm("quality", f"{period}: {health.alarm}. {since}", is_warning=True)
    if not health.predictions:
        yield Alarm("no-predictions", f"{period}: there is no prediction.", is_warning=True)
    elif health.quality in ("unknown", "too few labels"):
        labels = format_count(health.labelled, "labelled prediction")
        what = f"{labels}, and {health.needed_labels:,} are needed"
        message = f"{period}: the quality is not evaluated from {what}."
        yield Alarm("labels", message, is_warning=True)
    for check in health.checks:
        if check.is_alarm:
            section = SECTIONS.get(check.name, "rows")
            yield Alarm(section, f"{period}: {check.sentence}", section == "estimate", check.name)
    limits = health.drift_thresholds
    scores = health.drift_scores.items()
    drifted = [name for name, score in scores if score >= limits.get(name, inf)]
    if drifted:
        share = f"{len(drifted)} of {format_count(len(health.drift_scores), 'feature')}"
        most = max(drifted, key=lambda name: health.drift_scores[name])
        message = f"{period}: {share} drifted, most of all {most}."
        yield Alarm("drift", message, is_warning=True)
