"""The active release: the last line of `var/releases/pointer.jsonl`, one line for each delivery."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field

from ..settings import NAME, var
from ..storage import append_line, read_lines

ReleaseName = Annotated[str, Field(pattern=r"^\w[\w.-]*$")]  # a folder in var/releases


@dataclass(frozen=True)
class Challenger:
    """A release that is tried next to the active one (the capability `canary`)."""

    release: ReleaseName
    version: int
    share: Annotated[float, Field(gt=0, le=100)]  # percent of the entities
    shadow: bool = False  # its predictions are logged, but no client gets them
    low: float | None = None  # a prediction outside these limits is absurd
    high: float | None = None


@dataclass(frozen=True)
class Delivery:
    """One line of the pointer."""

    release: ReleaseName
    version: int
    at: str  # UTC, ISO 8601
    rejected: str | None = None  # the release that a rollback or a withdrawal ended
    reason: str | None = None  # of the rollback
    challenger: Challenger | None = None  # a server without `canary` ignores it


def pointer_file() -> Path:
    return var("releases", "pointer.jsonl")


def read_history() -> list[Delivery]:
    """All deliveries, oldest first."""
    return read_lines(Delivery, pointer_file(), f", then run `{NAME} release`")


def read_active() -> Delivery | None:
    """The delivery of the active release; None before the first one."""
    return next(reversed(read_history()), None)


def rollback_target() -> Delivery | None:
    """The newest earlier delivery of a release that was never rolled back."""
    history = read_history()
    excluded = {line.rejected for line in history} | {line.release for line in history[-1:]}
    return next((line for line in reversed(history) if line.release not in excluded), None)


def append_delivery(delivery: Delivery) -> Delivery:
    """Add a line. Only delivery.py calls this."""
    read_history()  # nothing is added to a damaged pointer
    append_line(delivery, pointer_file())
    return delivery


def utc_now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
