"""Between var/ and the branch: a finished folder never changes, a file only grows."""

import random
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from .. import runs
from ..errors import InputError
from ..settings import var
from . import branch, units
from .page import page
from .record import Registry, merged, parse

REGISTRY, PAGE = "registry.json", "README.md"
ATTEMPTS = 10


@dataclass
class Outcome:
    """What an exchange did, by paths in var/."""

    commit: str | None = None  # of the branch; None if there is no branch
    news: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)  # another machine went on from there
    aside: list[str] = field(default_factory=list)  # was here alone


def publish() -> Outcome:
    """Add what is new here to the branch: all of it, or nothing if something is taken."""
    from . import index

    mine = index.export() if index.local() else None
    place, tip, said = branch.open_branch(), "", ""
    for attempt in range(1, ATTEMPTS + 1):
        before, tip = tip, place.fetch() or ""
        if attempt > 1 and tip == before:  # nobody was quicker: it is something else
            break
        outcome, texts = compared(mine, tip)
        if outcome.taken:
            return outcome
        files = [file for unit in outcome.news for file in units.travelling(var(unit))]
        paths = [file.relative_to(var()).as_posix() for file in files]
        outcome.commit = branch.commit_of(tip, paths, texts, "State")
        said = "" if outcome.commit == tip else place.push(outcome.commit, tip)
        if not said:
            start_from(outcome.commit)
            return outcome
        time.sleep(random.uniform(0.3, 1) * attempt)
    raise InputError(f"the state is not published: git push: {said}")


def compared(mine: Registry | None, tip: str) -> tuple[Outcome, dict[str, str]]:
    """(what is new here and what is taken there, the texts of the next commit)."""
    outcome = Outcome()
    there = units.named(branch.files(tip))
    for unit in units.here():
        if mine is None and units.is_run(unit):  # a server keeps the runs
            continue
        if unit not in there:
            outcome.news.append(unit)
        elif var(unit).is_file():
            old, new = branch.content(tip, unit), var(unit).read_bytes()
            outcome.news += [unit] if units.grew(old, new) else []
            outcome.taken += [unit] if units.parted(old, new) else []
    if mine is None:
        return outcome, {}
    base, theirs = registry_of(started_from()), registry_of(tip)
    mine = replace(mine, next=max(mine.next, base.next))
    registry = merged(mine, base, theirs) if mine.keeps(base) else None
    if registry is None:
        outcome.taken.append(REGISTRY)
    if registry in (None, theirs):
        return outcome, {}
    return outcome, {REGISTRY: registry.text(), PAGE: page(registry, runs.list_runs())}


def restore() -> Outcome:
    """Make this machine as the branch is. Finished runs stay; what was here alone steps aside."""
    from . import index

    tip = branch.open_branch().fetch()
    if tip is None:
        return Outcome()
    outcome, away = Outcome(tip), datetime.now(UTC).strftime("state/aside-%Y%m%dT%H%M%S%f")
    with units.laid_out(tip) as found:
        there = units.ordered(found)
        for unit in there:
            if not units.same(found / unit, var(unit)):
                outcome.news.append(unit)
                outcome.aside += units.put_aside(unit, var(away))
                units.take(found, unit)
        for unit in set(units.here()) - set(there):
            if not units.is_run(unit):
                outcome.aside += units.put_aside(unit, var(away), leave=False)
    if index.local():
        if index.differs(registry_of(started_from())):
            outcome.aside += units.put_aside(index.FILE, var(away))
        index.rebuild(registry_of(tip))
    start_from(tip)
    return outcome


def fetch() -> Outcome:
    """Take in what this machine has not got. What it has stays, and no registry is opened."""
    tip = branch.open_branch().fetch()
    if tip is None:
        return Outcome()
    outcome = Outcome(tip)
    with units.laid_out(tip) as found:
        for unit in units.ordered(found):
            mine, theirs = var(unit), found / unit
            if mine.is_dir():
                continue
            old = mine.read_bytes() if mine.exists() else b""
            if theirs.is_dir() or units.grew(old, theirs.read_bytes()):
                outcome.news.append(unit)
                units.take(found, unit)
            elif units.parted(old, theirs.read_bytes()):
                outcome.taken.append(unit)
    return outcome


def shown() -> str:
    """The page of the state as this machine saw it last."""
    return page(registry_of(branch.SEEN), runs.list_runs())


def registry_of(commit: str) -> Registry:
    """The registry of a commit; an empty one where there is none."""
    text = branch.content(commit, REGISTRY).decode()
    return parse(text) if text else Registry()


def started_from() -> str:
    """The commit that this machine's registry goes on from; empty if it never met the branch.

    It stands in var/: who deletes that has nothing left that goes on from anywhere.
    """
    file = var("state", "base")
    return file.read_text().strip() if file.exists() else ""


def start_from(commit: str) -> None:
    branch.remember(commit)
    part = var("state", "base.part")
    part.write_text(commit + "\n")
    part.replace(var("state", "base"))
