"""Records which channel was notified of which alarm."""

from dataclasses import asdict, dataclass, field
from pathlib import Path

from ..settings import NAME, var
from ..storage import atomic_file, read_record, write_json


@dataclass(frozen=True)
class Sent:
    """An alarm that a channel knows of."""

    section: str
    message: str
    is_warning: bool
    at: str  # ISO 8601, UTC


@dataclass
class Record:
    """By channel, then by name of the alarm: the alarms that are not over."""

    open: dict[str, dict[str, Sent]] = field(default_factory=dict)

    def begin(self, channel: str, name: str, sent: Sent) -> None:
        self.open.setdefault(channel, {})[name] = sent
        self.save()

    def end(self, channel: str, name: str) -> None:
        del self.open[channel][name]
        self.save()

    def save(self) -> None:
        with atomic_file(record_file()) as part:
            write_json(asdict(self), part)


def record_file() -> Path:
    return var("notifications", "sent.json")


def read_sent() -> Record:
    file = record_file()
    remedy = f"delete it and run `{NAME} notify`: alarms that are not over are sent again"
    return read_record(Record, file, remedy) if file.exists() else Record()
