"""The active release: the last line of `var/releases/pointer.jsonl`, one line for each delivery."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..settings import var
from ..storage import DamagedFileError, atomic_file, parse_record


@dataclass(frozen=True)
class Delivery:
    """One line of the pointer."""

    release: str  # a folder in var/releases
    version: int
    at: str  # UTC, ISO 8601
    rejected: str | None = None  # the release that a rollback replaced
    reason: str | None = None  # of the rollback


def pointer_file() -> Path:
    return var("releases", "pointer.jsonl")


def read_history() -> list[Delivery]:
    """All deliveries, oldest first."""
    file = pointer_file()
    if file.exists() and not file.is_file():
        raise DamagedFileError(f"{file} is not a file: delete {file}")
    lines = file.read_bytes().splitlines() if file.exists() else []
    return [
        parse_record(Delivery, line, f"line {number} of {file}", f"delete line {number} of {file}")
        for number, line in enumerate(lines, 1)
    ]


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
    lines = [json.dumps(asdict(line)) + "\n" for line in [*read_history(), delivery]]
    with atomic_file(pointer_file()) as part:
        part.write_text("".join(lines))
    return delivery


def utc_now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
