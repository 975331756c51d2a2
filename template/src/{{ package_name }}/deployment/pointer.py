"""What serves now: `var/releases/pointer.jsonl`, a line for each delivery; the last one serves."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..settings import var
from ..storage import atomic_file, from_stored


@dataclass(frozen=True)
class Delivery:
    """One delivery."""

    release: str  # a folder in var/releases
    version: int
    at: str  # UTC, ISO 8601
    rejected: str | None = None  # rolled back from, whatever the registry still says
    reason: str | None = None


def pointer_file() -> Path:
    return var("releases", "pointer.jsonl")


def read_history() -> list[Delivery]:
    """All deliveries, oldest first."""
    lines = pointer_file().read_text().splitlines() if pointer_file().exists() else []
    return [from_stored(Delivery, json.loads(line)) for line in lines]


def read_active() -> Delivery | None:
    """What serves; None before the first delivery."""
    return next(reversed(read_history()), None)


def rollback_target() -> Delivery | None:
    """Where a rollback goes: the newest delivery before that was never rolled back from."""
    lines = read_history()
    bad = {line.rejected for line in lines} | {line.release for line in lines[-1:]}
    return next((line for line in reversed(lines) if line.release not in bad), None)


def append_delivery(pointer: Delivery) -> Delivery:
    """Add a delivery. For delivery.py alone."""
    lines = [json.dumps(asdict(each)) for each in [*read_history(), pointer]]
    with atomic_file(pointer_file(), durable=True) as part:  # the file is the whole history
        part.write_text("\n".join(lines) + "\n")
    return pointer


def utc_now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
