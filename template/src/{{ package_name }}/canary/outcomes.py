"""What a challenger did: the rules that end it, and the counts of all servers in `var/canary/`."""

import os
import socket
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ..settings import NAME, var
from ..storage import atomic_file, read_record, write_json
from .settings import CanarySettings

MIN_OUTCOMES = 20  # a share of fewer means nothing
WORDS = {
    "slow": "too slow",
    "busy": "refused, because too many were waiting",
    "died": "not given, because its process had ended",
    "error": "failed",
    "absurd": "absurd",
}


class Outcomes:
    """The newest outcomes of a challenger in one server: the kind of a failure, or an answer."""

    def __init__(self, settings: CanarySettings) -> None:
        self._settings = settings
        self._newest: deque[str | None] = deque(maxlen=settings.failed_of)

    def add(self, failure: str | None) -> str | None:
        """The reason to end the challenger now, or None."""
        self._newest.append(failure)
        kinds = Counter(kind for kind in self._newest if kind)
        failed, all_ = kinds.total(), len(self._newest)
        if all_ < MIN_OUTCOMES or failed <= self._settings.max_failed_share * all_:
            return None
        causes = ", ".join(f"{count} {WORDS[kind]}" for kind, count in kinds.most_common())
        return f"{failed} of its last {all_} answers were no good: {causes}"


@dataclass
class Counts:
    """Rows in a step: answered by each side, or not answered by the challenger."""

    champion: int = 0
    challenger: int = 0
    failures: dict[str, int] = field(default_factory=dict)

    def __add__(self, other: "Counts") -> "Counts":
        failures = Counter(self.failures) + Counter(other.failures)
        champion, challenger = self.champion + other.champion, self.challenger + other.challenger
        return Counts(champion, challenger, dict(failures))


def canary_folder(release: str) -> Path:
    return var("canary", release)


def save_counts(release: str, step: int, counts: Counts) -> None:
    """The counts of this process, in a file of its own."""
    name = f"step-{step}-{socket.gethostname()}-{os.getpid()}.json"
    with atomic_file(canary_folder(release) / name) as part:
        write_json(asdict(counts), part)


def read_counts(release: str, step: int) -> Counts:
    """The sum of all servers."""
    total = Counts()
    for file in sorted(canary_folder(release).glob(f"step-{step}-*.json")):
        total += read_record(Counts, file, f"delete {file}")
    return total


def suspend(release: str, reason: str) -> None:
    """Let every server that shares this folder stop to use a challenger."""
    with atomic_file(suspension_file(release)) as part:
        write_json({"reason": reason}, part)


def read_suspension(release: str) -> str | None:
    """Why a server stopped to use a challenger; `canary` then withdraws it."""
    file = suspension_file(release)
    if not file.exists():
        return None
    remedy = f"run `{NAME} canary withdraw`"
    return read_record(dict[str, str], file, remedy).get("reason", "suspended")


def suspension_file(release: str) -> Path:
    return canary_folder(release) / "suspended.json"
