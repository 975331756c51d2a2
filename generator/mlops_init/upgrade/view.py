"""What an upgrade prints: what would come and go, and what is left to do afterwards."""

import os
import shlex
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement
from rich.console import Console
from rich.text import Text

from ..new import next_steps as steps
from ..template import levels
from ..template.levels import Capability, Level, between
from ..ui.screens import commands, console, grid, trimmed
from .merge import Conflict
from .plan import Plan

WORDS = {"A": "new", "M": "changed", "D": "taken away"}
SHOWN = 6  # names on a line: more than that and nobody reads them


def preview(plan: Plan) -> None:
    """All that an upgrade would do."""
    page, up = console(), plan.after >= plan.before
    target = levels.level(plan.after)
    news = "a newer template" if plan.renewed else ""
    if plan.before == plan.after:
        title = f"level {plan.after}, {news}"
    else:
        title = f"level {plan.before} → {plan.after}, {target.name}"
        title += f", and {news}" if news else ""
    page.print(f"{plan.name}: {title}", style="bold", soft_wrap=True)
    moved = [*between(*sorted((plan.before, plan.after)))]
    if moved:
        page.print("adds" if up else "takes away")
    for each in moved if up else reversed(moved):
        if len(moved) > 1:
            page.print(Text(f"\nlevel {each.number}, {each.name}"), style="bold")
        _level(page, plan, each)
    page.print()
    _counts(page, plan)
    pages = [path for path in _touched(plan, "A") if path.startswith("docs/")]
    if pages:
        page.print(trimmed(f"to read afterwards: {' '.join(sorted(pages))}"))
    _conflicts(page, plan, "ahead")


def _level(page: Console, plan: Plan, level: Level) -> None:
    """The clauses of the maturity model that a level answers, and what answers each."""
    by_clause: dict[str, list[Capability]] = {}
    for capability in level.capabilities:
        by_clause.setdefault(capability.clause, []).append(capability)
    files = Counter(levels.owner(plan.inside(path)) for path in plan.template)
    for clause, capabilities in by_clause.items():
        page.print(Text(f"  {clause}"), style="italic", soft_wrap=True)
        rows = []
        for each in capabilities:
            rows.append(("", "", each.name, f"{files[level, each]} files", each.summary))
            if brings := _brings(each, plan.groups.get(each.name, ())):
                rows.append(("", "", "", "", brings))
        page.print(grid(rows))


def _brings(capability: Capability, needed: tuple[str, ...]) -> str:
    verbs = f"verbs {' '.join(capability.verbs)}" if capability.verbs else ""
    names = " ".join(Requirement(each).name for each in needed)
    return " · ".join(filter(None, (verbs, f"needs {names}" if names else "")))


def _touched(plan: Plan, what: str) -> list[str]:
    return [plan.inside(path) for path, each in plan.owner.items() if each.what == what]


def _counts(page: Console, plan: Plan) -> None:
    parts = []
    for what, word in WORDS.items():
        found = _touched(plan, what)
        named = f" ({', '.join(found)})" if what == "M" and 0 < len(found) <= SHOWN else ""
        noun = " file" if what == "A" and len(found) == 1 else " files" if what == "A" else ""
        parts.append(f"{len(found)} {word}{noun}{named}")
    page.print(Text(" · ".join(parts)), soft_wrap=True)


def staged(plan: Plan) -> None:
    """What an upgrade staged, and what to type next."""
    page, conflicts = console(), plan.merged.conflicts
    page.print()
    page.print("Staged; nothing is committed yet.", style="bold")
    _conflicts(page, plan, "to settle")
    page.print()
    folder = os.path.relpath(plan.project)
    there = "" if folder == "." else f" {folder}"
    rows = [("git diff --staged", "see all of it")]
    if plan.groups and plan.locked:
        rows.append((f"{shlex.quote(steps.uv())} lock && git add uv.lock", "yours follows"))
    if conflicts:
        rows.append(("git status", "what is still to settle"))
    rows.append(("git commit", "keep it (the message is ready)"))
    rows.append((f"mlops-init upgrade{there} --abort", "as if nothing had happened"))
    commands(page, rows)
    _afterwards(page, plan)


def _afterwards(page: Console, plan: Plan) -> None:
    if plan.after <= plan.before:
        return
    added = between(plan.before, plan.after)
    verbs = [
        verb for each in added for capability in each.capabilities for verb in capability.verbs
    ]
    page.print()
    page.print(trimmed(f"new verbs: {' '.join(verbs)}"))
    command = steps.command_of(plan.answers)
    todo = levels.level(plan.after).steps
    if plan.answers["example"] == "none":
        todo = steps.about(todo)
    commands(page, [(steps.typed(command, step), step.gives) for step in todo])


def _conflicts(page: Console, plan: Plan, when: str) -> None:
    conflicts = plan.merged.conflicts
    if conflicts:
        page.print()
        noun = "conflict" if len(conflicts) == 1 else "conflicts"
        page.print(f"{len(conflicts)} {noun} {when}:", style="yellow")
        commands(page, [(_name(each.path, plan), how(each, plan)) for each in conflicts])
    if plan.merged.deleted:
        page.print()
        page.print("you deleted these, the level changes them: they stay deleted", style="yellow")
        for each in plan.merged.deleted:
            page.print(Text(f"  {_name(each, plan)}"), soft_wrap=True)


def _name(path: str, plan: Plan) -> str:
    """A path on one line, whatever is in it."""
    inside = plan.inside(path)
    return inside if inside.isprintable() else repr(inside)


def how(conflict: Conflict, plan: Plan) -> str:
    """How a conflict is settled."""
    stages = set(conflict.stages)
    if not stages:
        return "its folder went to several places: look where its new files lie"
    if stages == {1, 2}:
        return "you changed it, the level takes it away: git add keeps it, git rm drops it"
    if stages in ({2}, {3}, {1, 3}):
        return "yours and the level's cannot both lie there: git add one, git rm the other"
    if conflict.binary or not stages >= {2, 3}:
        return "yours lies there: git add keeps it, git checkout --theirs takes the level's"
    return "yours and the level's differ: edit it, then git add"


def aborted(project: Path, kept: Iterable[Path]) -> None:
    """The state before is back."""
    page = console()
    page.print(f"{project.name} is as it was before the upgrade.", soft_wrap=True)
    set_aside(kept)


def set_aside(kept: Iterable[Path]) -> None:
    """What somebody had written since, and where it is now."""
    page, listed = console(), [*kept]
    if listed:
        page.print("What was written since is kept:")
    for each in listed:
        page.print(Text(f"  {each}"), soft_wrap=True)


def undone(kept: Iterable[Path]) -> None:
    """An upgrade that was killed was taken back first."""
    console().print("An upgrade that was killed half-way was taken back first.\n")
    set_aside(kept)
