"""From the owner's files to what will be written of them; nothing is written here."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import RefusedError
from ..screens import waiting
from . import screens
from .card import card
from .declaration import written
from .pictures import drawn
from .plan import Plan
from .profile import Profile, profile
from .rules import decide
from .source import Source, find, table
from .wishes import Wishes

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

    def declaration(self, source: str) -> str:
        """conf/data.yml, for data that lie at `source` seen from the project."""
        return written(replace(self.plan, source=source))

    def card(self) -> str:
        """docs/data-card.md."""
        return card(self.plan, self.pictures)


def prepare(wishes: Wishes, *, asking: bool) -> Declared:
    """Read, profile, decide, ask where unsure, draw."""
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
        return Declared(plan, drawn(database, plan), wishes)


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
