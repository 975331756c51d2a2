"""Why a file or a folder is there, and what became of it."""

import os
import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.text import Text

from ..template import render as projects
from ..ui import tree as trees
from ..ui.screens import commands, console, grid
from .diff_view import lines
from .explain import Explained, File, Part, State

LEFT = {
    ".git": "git's own: the history of the project",
    ".venv": "the libraries; uv makes it again where it is gone",
    "uv.lock": "the version of each library; uv writes it, commit it",
    "var": "what runs make and keep: data, models, releases, logs",
}
MARKS = {
    State.CHANGED: ("~", "yellow"),
    State.YOURS: ("+", "green"),
    State.DELETED: ("-", "red"),
}
SHOWN = 30  # lines of a tree: more than that and nobody reads them
Row = tuple[str, ...]


def explain(it: Explained) -> None:
    """All that is known of a path, and what to type next."""
    page, here = console(), [*_here(it)]
    name = it.answers["project_name"] if it.path == "." else it.path
    page.print(Text(name + "/" * (bool(it.files) and not it.is_file)), style="bold", soft_wrap=True)
    page.print()
    parts = {each.part for each in it.files if each.part}
    if len(parts) > 1:
        page.print(grid(_parts(it)))
        page.print()
    page.print(grid([*(_part(*parts) if len(parts) == 1 else ()), *here]))
    if parts and (leaves := _leaves(it)) and not it.is_file:
        page.print()
        page.print(trees.drawn(dict([*leaves.items()][:SHOWN])), soft_wrap=True)
        if len(leaves) > SHOWN:
            page.print(f"  … and {len(leaves) - SHOWN} more")
    if rows := [*_next(it)]:
        page.print()
        commands(page, rows)


def _part(part: Part) -> Iterator[Row]:
    """A capability, why there is one, and the clause of the maturity model it answers."""
    level, capability = part
    yield "", "part of", f"{capability.name} (level {level.number}, {level.name})"
    yield "", "why", capability.summary
    if capability.verbs:
        yield "", "verbs", " ".join(capability.verbs)
    yield "", "answers", capability.clause
    yield "", "", f"(Microsoft's maturity model, level {level.number})"


def _parts(it: Explained) -> Iterator[Row]:
    counts = Counter(each.part for each in it.of(State.MADE, State.CHANGED, State.DELETED))
    yield "", "level", "part", "files", "why"
    for part in sorted(filter(None, counts), key=lambda each: (each[0].number, each[1].name)):
        level, capability = part
        yield "", str(level.number), capability.name, str(counts[part]), capability.summary


def _here(it: Explained) -> Iterator[Row]:
    """What became of it; of a folder, of how many of its files."""
    if not it.files:
        yield from _left(it)
        return
    states = [_state(it.files[0])] if it.is_file else [*_states(it)]
    for word, state in zip(["state", *[""] * len(states)], states, strict=False):
        yield "", word, state


def _left(it: Explained) -> Iterator[Row]:
    if why := LEFT.get(it.path.split("/")[0]):
        yield "", "why", why
    state = "git ignores it" if it.ignored else f"{State.YOURS}: no level brings it"
    yield "", "state", state if it.exists else "not there yet"


def _state(file: File) -> str:
    number = file.part[0].number if file.part else None
    if file.state is State.CHANGED and file.change:
        return f"{file.state}: {lines(file.change) or 'whether it can be run'}"
    if file.state is State.YOURS:
        taken = f"level {number} brings a file of this name" if file.part else "no level brings it"
        return f"{file.state}: {taken}"
    return f"comes with level {number}" if file.state is State.AHEAD else str(file.state)


def _states(it: Explained) -> Iterator[str]:
    for state in State:
        if found := it.of(state):
            mark = f" ({MARKS[state][0]})" if state in MARKS else ""
            yield f"{len(found)} {state}{mark}" if state is not State.AHEAD else _ahead(found)


def _ahead(files: list[File]) -> str:
    numbers = sorted({each.part[0].number for each in files if each.part})
    span = f"level {numbers[0]}" if len(numbers) == 1 else f"levels {numbers[0]} to {numbers[-1]}"
    return f"{len(files)} come{'s' * (len(files) == 1)} with {span}"


def _leaves(it: Explained) -> dict[str, trees.Leaf]:
    """What is not as it was generated; a folder with nothing of the template is one line."""
    others = [each for each in it.files if each.state is not State.YOURS or each.part]
    shared = {parent for each in others for parent in Path(each.path).parents}
    found: dict[str, trees.Leaf] = {}
    own: Counter[str] = Counter()
    for file in it.of(*MARKS):
        mark, style = MARKS[file.state]
        alone = [each for each in Path(file.path).parents if each not in shared]
        if file.state is State.YOURS and alone:
            folder = f"{alone[-1].as_posix()}/"
            own[folder] += 1
            found[folder] = trees.Leaf(mark, f"({own[folder]})", style)
        else:
            note = lines(file.change) if file.state is State.CHANGED and file.change else ""
            found[file.path] = trees.Leaf(mark, note, style)
    return found


def _next(it: Explained) -> Iterator[tuple[str, str]]:
    typed = f"mlops-init explain {shlex.quote(os.path.relpath(it.project / it.path))} --patch"
    numbers = sorted({each.part[0].number for each in it.files if each.part})
    ahead = bool(numbers) and len(it.of(State.AHEAD)) == len(it.files)
    if it.of(State.CHANGED) or (it.of(State.DELETED) and not it.is_file):
        yield typed, "what you changed"
    elif it.of(State.DELETED):
        yield f"{typed} | git apply -R", "brings it back"
    elif ahead:
        yield f"mlops-init diff {it.answers['level']} {numbers[0]}", "what else comes with it"
        yield projects.raising(it.project, numbers[0]), "brings it"
    elif numbers:
        number = f" {numbers[0]}" if len(numbers) == 1 else ""
        yield f"mlops-init levels{number}", "what it is part of"
