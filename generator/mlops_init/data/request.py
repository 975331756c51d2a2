"""What the owner said about the data, by flag or at a question; all else is decided by rules."""

from dataclasses import dataclass, field
from pathlib import Path

from ..errors import RefusedError

TYPES = ("number", "category", "boolean", "date", "text")
TASKS = ("regression", "binary", "multiclass")
PERIODS = ("day", "week", "month", "quarter", "year")
METRICS = {
    "regression": ("mae", "mse"),
    "binary": ("log_loss", "brier"),
    "multiclass": ("log_loss", "brier"),
}
NONE = "none"  # said of a key or a time: there is none


@dataclass(frozen=True)
class Wishes:
    """Empty: nothing was said."""

    data: Path
    target: str
    task: str | None = None
    time: str | None = None
    period: str | None = None
    key: str | None = None
    entity: str | None = None
    metric: str | None = None
    label_delay_hours: float = 0
    leave_out: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    types: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    delimiter: str | None = None
    encoding: str | None = None
    quote: str | None = None
    copy: bool = False
    url: str | None = None  # where `data` are to be fetched from

    def checked(self) -> "Wishes":
        """The same; RefusedError if a word is none of those there are."""
        _one_of("--task", self.task, TASKS)
        _one_of("--period", self.period, PERIODS)
        every = sorted({metric for metrics in METRICS.values() for metric in metrics})
        _one_of("--metric", self.metric, every)
        _one_sign("--delimiter", self.delimiter)
        _one_sign("--quote", self.quote)
        for name, kind in self.types.items():
            _one_of(f"--as {name}", kind, TYPES)
        return self


def _one_of(flag: str, word: str | None, known: tuple[str, ...] | list[str]) -> None:
    if word is not None and word not in known:
        raise RefusedError(f"{flag} {word} is unknown: choose {', '.join(known)}.")


def _one_sign(flag: str, word: str | None) -> None:
    if word is not None and (len(word) != 1 or word in "\r\n"):
        raise RefusedError(f"{flag} {word!r} is not one character: name the one in the file.")


def types(pairs: list[str]) -> dict[str, str]:
    """`NAME=TYPE` pairs; a name may hold an equals sign, a type does not."""
    found = {}
    for pair in pairs:
        name, equals, kind = pair.rpartition("=")
        if not equals:
            raise RefusedError(f'"{pair}" says no type: write --as NAME=TYPE.')
        found[name] = kind
    return found
