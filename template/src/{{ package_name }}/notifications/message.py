"""Writes what a message says. Pure: alarms in, text out."""

from dataclasses import dataclass
from typing import Literal

from ..settings import NAME
from ..status.alarms import Alarm
from ..status.page import RUNBOOK
from ..status.records import Records

LOOP = "loop"  # an alarm that only a loop begins and ends, and its section of the runbook


@dataclass(frozen=True)
class Message:
    """What a channel delivers."""

    title: str
    text: str
    kind: Literal["failure", "info", "success", "warning"]


def group_alarms(alarms: list[Alarm]) -> dict[str, Alarm]:
    """One alarm for each name; several sentences of one name become the first and a number."""
    groups: dict[str, list[Alarm]] = {}
    for alarm in alarms:
        groups.setdefault(alarm.name or alarm.section, []).append(alarm)
    grouped = {}
    for name, (first, *others) in groups.items():
        more = f" There are {len(others)} more of this kind." if others else ""
        is_warning = all(each.is_warning for each in (first, *others))
        grouped[name] = Alarm(first.section, first.message + more, is_warning, name)
    return grouped


def describe_begin(alarm: Alarm, records: Records, page_url: str | None) -> Message:
    """The sentence, what is active, and where to read what to do."""
    kind: Literal["warning", "failure"] = "warning" if alarm.is_warning else "failure"
    word = "warning" if alarm.is_warning else "alarm"
    lines = [alarm.message, *describe_place(alarm.section, records, page_url)]
    return Message(f"{NAME}: {word}: {alarm.name}", "\n".join(lines), kind)


def describe_end(
    name: str, section: str, before: str, since: str, records: Records, page_url: str | None
) -> Message:
    """That an alarm is over, with its sentence."""
    lines = [f"Sent {since[:16]}Z: {before}", *describe_place(section, records, page_url)]
    return Message(f"{NAME}: over: {name}", "\n".join(lines), "success")


def describe_place(section: str, records: Records, page_url: str | None) -> list[str]:
    """What is active, and the links."""
    active = records.active
    serves = f"version {active.version}, {active.release}" if active else "none"
    lines = [f"Active release: {serves}"]
    if page_url is None:
        return [*lines, f"What to do: {RUNBOOK}#{section}"]
    page = page_url.rstrip("/")
    return [*lines, f"What to do: {page}/runbook.html#{section}", f"Status: {page}/index.html"]
