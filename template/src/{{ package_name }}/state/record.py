"""The registry as one JSON: every version with its verdict, the champion, the next number."""

import json
from dataclasses import asdict, dataclass

from ..errors import InputError
from ..storage import from_stored

FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """A version: a number for ever, the run it is, and what the gate said."""

    number: int
    run: str
    passed: str | None = None
    rejected: str | None = None


@dataclass(frozen=True)
class Registry:
    """All there is to know of the versions. `next` is kept, so a number is never used twice."""

    versions: tuple[Entry, ...] = ()
    champion: int | None = None
    next: int = 1

    def keeps(self, before: "Registry") -> bool:
        """Whether every version of an earlier record is still the same run."""
        mine = {entry.number: entry.run for entry in self.versions}
        return all(mine.get(entry.number) == entry.run for entry in before.versions)

    def text(self) -> str:
        return json.dumps({"format": FORMAT} | asdict(self), indent=2) + "\n"


def parse(text: str) -> Registry:
    """The record as it was published; InputError if a newer project wrote it."""
    stored = json.loads(text)
    if stored["format"] > FORMAT:
        raise InputError("the state was published by newer code: pull the newest commit first")
    entries = tuple(from_stored(Entry, each) for each in stored["versions"])
    return from_stored(Registry, stored | {"versions": entries})


def merged(mine: Registry, base: Registry, theirs: Registry) -> Registry | None:
    """What holds now; None if both went on since `base`: then a number or a verdict is taken."""
    if theirs in (base, mine):
        return mine
    return theirs if mine == base else None
