"""What serves now: `var/releases/pointer.jsonl`, a line for each delivery; the last one serves."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..runs import known
from ..settings import var


@dataclass(frozen=True)
class Pointer:
    """One delivery."""

    release: str  # a folder in var/releases
    version: int
    at: str  # UTC, ISO 8601
    previous: str | None = None  # where a rollback goes
    rejected: str | None = None  # rolled back from, whatever the registry still says
    reason: str | None = None


def file() -> Path:
    return var("releases", "pointer.jsonl")


def history() -> list[Pointer]:
    """All deliveries, oldest first."""
    lines = file().read_text().splitlines() if file().exists() else []
    return [known(Pointer, json.loads(line)) for line in lines]


def read() -> Pointer | None:
    """What serves; None before the first delivery."""
    return next(reversed(history()), None)


def write(pointer: Pointer) -> Pointer:
    """Add a delivery. For delivery.py alone."""
    lines = [json.dumps(asdict(each)) for each in [*history(), pointer]]
    part = file().with_suffix(".part")
    part.write_text("\n".join(lines) + "\n")
    part.replace(file())
    return pointer


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
