"""The list of faults: what breaks, and how."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from ..errors import InputError
from ..settings import NAME
from .changes import (
    change_unit,
    drift_labels,
    freeze_sensor,
    leak_target,
    numbers_by_strength,
    poison_labels,
    remove_labels,
    remove_values,
    rename_column,
    skew_clock,
)
from .outages import few_connections, full_disk, release_damaged_file, send_burst, tracker_away
from .project import Change, DrillProject, unchanged
from .requests import Answer

Outage = Callable[[DrillProject], contextlib.AbstractContextManager[None]]
Obstacle = Callable[[DrillProject], str | None]
Incident = Callable[[DrillProject, str, str], list[Answer]]  # with the URL and the period


@contextlib.contextmanager
def no_outage(_: DrillProject) -> Iterator[None]:
    yield


def no_incident(_: DrillProject, __: str, ___: str) -> list[Answer]:
    return []


def no_obstacle(_: DrillProject) -> str | None:
    return None


def no_number(project: DrillProject) -> str | None:
    return None if numbers_by_strength(project) else "conf/data.yml declares no number"


def no_feature(project: DrillProject) -> str | None:
    return None if project.spec.features else "conf/data.yml declares no feature"


def no_limits(_: DrillProject) -> str | None:
    return None if find_spec("resource") else "this system has no limit for the size of files"


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong, for as long as the drill takes."""

    name: str
    sentence: str
    requested: Change = unchanged  # of the rows in requests
    arrived: Change = unchanged  # of the rows that the source publishes
    outage: Outage = no_outage  # while the period is served and the loop runs
    incident: Incident = no_incident  # while the server runs
    obstacle: Obstacle = no_obstacle  # why it cannot be tried


NO_FAULT = Fault("none", "Nothing is wrong.")


def of_rows(name: str, sentence: str, change: Change) -> Fault:
    """A fault of a number in requests and in the source."""
    return Fault(name, sentence, change, change, obstacle=no_number)


FAULTS = [
    Fault("poisoned-labels", "Half of the labels belong to other rows.", arrived=poison_labels),
    of_rows(
        "unit-change",
        "The number that says most about the target comes in another unit.",
        change_unit,
    ),
    Fault(
        "schema-break",
        "A feature gets another name.",
        rename_column,
        rename_column,
        obstacle=no_feature,
    ),
    Fault(
        "leak",
        "A feature holds the answer in the rows to train on, but not in requests.",
        arrived=leak_target,
        obstacle=no_number,
    ),
    Fault(
        "bad-release",
        "A version is released by hand, and its model file is cut.",
        incident=release_damaged_file,
    ),
    Fault("slow-drift", "Each period, rows mean a little more.", arrived=drift_labels),
    Fault("label-outage", "No labels arrive.", arrived=remove_labels),
    of_rows(
        "frozen-sensor",
        "The number that says least about the target stays at its last value.",
        freeze_sensor,
    ),
    of_rows("dead-sensor", "A number is always missing.", remove_values),
    Fault(
        "traffic-burst",
        "Far more requests arrive at once than the server allows.",
        outage=few_connections,
        incident=send_burst,
    ),
    Fault("tracker-away", "The tracking server does not answer.", outage=tracker_away),
    Fault("full-disk", "The disk is full.", outage=full_disk, obstacle=no_limits),
    Fault("clock-skew", "The clock of the client is 120 days ahead.", skew_clock),
]
NAMES = [fault.name for fault in FAULTS]


def find_fault(name: str) -> Fault:
    for fault in FAULTS:
        if fault.name == name:
            return fault
    known = ", ".join([*NAMES, "all", "random"])
    raise InputError(f'"{name}" is not a drill: choose {known} (`{NAME} drill` explains them)')
