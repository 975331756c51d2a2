"""From the owner's files to what will be written of them; nothing is written here."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import RefusedError
from ..ui.console import spinner as waiting
from . import view as screens
from .decide.rules import decide
from .decision import Plan
from .read.profile import Profile, profile
from .read.source import KINDS, Source, find, kind_of, table
from .read.web import INSTEAD, fetch, shown
from .request import Wishes
from .write.card import card
from .write.declaration import written
from .write.pictures import drawn

# Among numbers these can only mean that there is none.
MARKERS = {"?", "-", "--", ".", "..", "missing", "unknown", "n.a.", "na", "nil", "none"}


@dataclass(frozen=True)
class Declared:
    """A plan, and its pictures."""

    plan: Plan
    pictures: dict[str, str]
    wishes: Wishes

    @property
    def source(self) -> Path:
        return self.plan.profile.source.path

    def where(self, place: Path) -> str:
        """Where the data will lie, seen from a project at `place`."""
        if self.wishes.copy:
            return f"var/source/{self.source.name}"
        return Path(os.path.relpath(self.source, place)).as_posix()

    def declaration(self, source: str) -> str:
        """conf/data.yml, for data that lie at `source` seen from the project."""
        return written(replace(self.plan, source=source))

    def card(self) -> str:
        """docs/data-card.md."""
        return card(self.plan, self.pictures)


def prepare(wishes: Wishes, *, asking: bool) -> Declared:
    """Read, profile, decide, ask where unsure, draw."""
    if wishes.url and not wishes.data.exists():
        _fetch(wishes.url, wishes.data)
    source = find(wishes.data, wishes)
    with waiting("reading the data") as spinner, table(source, wishes.missing) as opened:
        source, database = opened
        if not wishes.target:
            if not asking:
                raise RefusedError(_name_one(source))
            spinner.stop()
            wishes = replace(wishes, target=screens.which(source.names))
        found = profile(database, source)
        if markers := _markers(found, wishes):
            # Read again: only so do the numbers among them count as numbers.
            return prepare(replace(wishes, missing=(*wishes.missing, *markers)), asking=asking)
        plan = decide(database, found, wishes)
        if asking and plan.questions:
            spinner.stop()
            screens.profiled(plan)
            wishes = answered(wishes, screens.asked(plan.questions))
            plan = decide(database, found, wishes)
        plan = replace(plan, origin=shown(wishes.url) if wishes.url else "")
        return Declared(plan, drawn(database, plan), wishes)


def _fetch(url: str, file: Path) -> None:
    if kind_of(file) not in KINDS:
        wanted = f"{', '.join(KINDS[:-1])} or {KINDS[-1]}"
        raise RefusedError(f"{shown(url)} names no {wanted} file: {INSTEAD}.")
    with waiting("fetching the data"):
        fetch(url, file)


def _name_one(source: Source) -> str:
    return f"Which column is to be predicted? --target, one of {', '.join(source.names[:20])}."


def _markers(found: Profile, wishes: Wishes) -> list[str]:
    """Words for a missing value, where a column holds nothing but them and numbers."""
    strange = [column.strange for column in found.columns if column.strange]
    words = [
        {word for word, _ in each}
        for each in strange
        if all(word.strip().lower() in MARKERS for word, _ in each)
    ]
    return sorted(set().union(*words) - set(wishes.missing))


def answered(wishes: Wishes, answers: dict[str, str]) -> Wishes:
    """The wishes with what was said at a question."""
    for flag, answer in answers.items():
        if flag.startswith("--keep "):
            name = flag.removeprefix("--keep ")
            field = "keep" if answer == "yes" else "leave_out"
            said: dict[str, Any] = {field: (*getattr(wishes, field), name)}
        else:
            said = {flag.removeprefix("--"): answer}
        wishes = replace(wishes, **said)
    return wishes
