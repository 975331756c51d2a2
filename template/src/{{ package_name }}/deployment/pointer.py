"""What serves now: `var/releases/pointer.jsonl`, a line for each delivery; the last one serves."""

import json
import os
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


def previous() -> Pointer | None:
    """Where a rollback goes: the newest delivery before that was never rolled back from."""
    lines = history()
    bad = {line.rejected for line in lines} | {line.release for line in lines[-1:]}
    return next((line for line in reversed(lines) if line.release not in bad), None)


def write(pointer: Pointer) -> Pointer:
    """Add a delivery. For delivery.py alone."""
    lines = [json.dumps(asdict(each)) for each in [*history(), pointer]]
    part = file().with_suffix(".part")
    with part.open("w") as written:
        written.write("\n".join(lines) + "\n")
        written.flush()
        os.fsync(written.fileno())  # the file is the whole history: a power cut must not empty it
    part.replace(file())
    return pointer


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
