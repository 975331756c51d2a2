"""Why a file of a project is there, and whether its owner changed it since it was made."""

import difflib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import RefusedError
from ..git import run as git
from ..git.repository import LOCK
from ..template import original as recorded
from ..template import render as projects
from ..template.levels import Capability, Level, levels, owner
from ..ui import screens
from ..upgrade.journal import same
from .comparison import Change, Comparison

if TYPE_CHECKING:  # wanted only once a project is looked at
    from pathspec import GitIgnoreSpec


Part = tuple[Level, Capability]


class State(StrEnum):
    """What became of a file since the project was made at its level."""

    MADE = "as generated"
    CHANGED = "changed by you"
    YOURS = "yours"
    DELETED = "deleted by you"
    AHEAD = "comes with a higher level"


@dataclass(frozen=True)
class File:
    """A file of a project, of its template or of both."""

    path: str
    state: State
    part: Part | None  # of a level; a file of the owner's alone is of none
    change: Change | None = None


@dataclass(frozen=True)
class Explained:
    """A file or a folder of a project, and all that it holds; `path` is `.` at the top."""

    project: Path
    answers: Mapping[str, Any]
    path: str
    files: tuple[File, ...]
    ignored: bool
    comparison: Comparison

    @property
    def exists(self) -> bool:
        """Whether anything lies there."""
        return os.path.lexists(self.project / self.path)

    @property
    def is_file(self) -> bool:
        """Whether it is one file, and no folder."""
        return [each.path for each in self.files] == [self.path]

    def of(self, *states: State) -> list[File]:
        """The files in these states."""
        return [each for each in self.files if each.state in states]

    def patch(self, colour: bool) -> bytes:
        """What its owner did to what was made."""
        if not self.of(State.CHANGED, State.DELETED):
            raise RefusedError(f"{self.path} has no change of yours to what was generated.")
        return self.comparison.patch(git.inside(self.project), colour)


@dataclass(frozen=True)
class Inventory:
    """The files of a project as it was made, as the highest level would be, and as they are."""

    made: frozenset[str]
    top: frozenset[str]
    there: frozenset[str]

    def within(self, path: str) -> list[str]:
        """The files at a path and below it, deleted ones and those to come as well."""
        every = sorted(self.made | self.top | self.there)
        return [each for each in every if path in (".", each) or each.startswith(f"{path}/")]


@contextmanager
def explained(path: Path) -> Iterator[Explained]:
    """Compare what lies at a path with what the template made there, or would."""
    wanted = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 (a link stays a link)
    project = projects.enclosing(wanted)
    if project is None:
        raise RefusedError(f"{path} is in no project: name a file or a folder of one.")
    answers, inside = projects.read_answers(project), wanted.relative_to(project).as_posix()
    rules = _rules(project)
    with projects.template() as template, projects.scratch() as scratch:
        made, top = scratch / "made", scratch / "top"
        with screens.waiting("comparing"):
            recorded.render(project, answers, template, made)
            if not (made / inside).is_file():  # else the highest level has nothing to add
                highest = answers | {"level": levels()[-1].number}
                recorded.render(project, highest, template, top)
        there = {*_files(project, rules)} - {LOCK}
        have = Inventory(*map(frozenset, (_files(made), _files(top), there)))
        ignored = rules.match_file(inside) or rules.match_file(f"{inside}/")
        if not (have.within(inside) or ignored or inside == LOCK or os.path.lexists(wanted)):
            raise RefusedError(_unknown(inside, str(path), have))
        comparison = Comparison(scratch / "was", scratch / "is", scratch)
        files = _compared(have, have.within(inside), project, made, comparison)
        yield Explained(project, answers, inside, files, ignored, comparison)


def _rules(project: Path) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec

    file = project / ".gitignore"
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    return GitIgnoreSpec.from_lines([".git", *text.splitlines()])


def _files(folder: Path, rules: "GitIgnoreSpec | None" = None) -> Iterator[str]:
    """What lies below a folder, as git writes it; a link to a folder counts as a file."""
    for place, folders, names in os.walk(folder):
        inside = Path(place).relative_to(folder)
        links = [each for each in folders if Path(place, each).is_symlink()]
        kept = [each for each in folders if each not in links]
        if rules:
            kept = [each for each in kept if not rules.match_file(f"{(inside / each).as_posix()}/")]
        folders[:] = kept
        for path in ((inside / each).as_posix() for each in (*names, *links)):
            if not rules or not rules.match_file(path):
                yield path


def _compared(
    have: Inventory, paths: Iterable[str], project: Path, made: Path, comparison: Comparison
) -> tuple[File, ...]:
    states = {path: _state(path, have, project, made) for path in paths}
    for path, state in states.items():  # what differs alone, so that git has little to do
        if state in (State.CHANGED, State.DELETED):
            _copy(made / path, comparison.old / path)
        if state is State.CHANGED:
            _copy(project / path, comparison.new / path)
    differ = comparison.old.exists()
    changes = {each.path: each for each in comparison.changes} if differ else {}
    known = have.made | have.top
    return tuple(
        File(path, state, owner(path) if path in known else None, changes.get(path))
        for path, state in states.items()
    )


def _state(path: str, have: Inventory, project: Path, made: Path) -> State:
    mine = project / path
    if path not in have.made:
        return State.YOURS if path in have.there else State.AHEAD
    if not os.path.lexists(mine) or (mine.is_dir() and not mine.is_symlink()):
        return State.DELETED
    runs = (os.access(each, os.X_OK) for each in (mine, made / path))
    return State.MADE if same(mine, made / path) and len({*runs}) == 1 else State.CHANGED


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)


def _unknown(path: str, typed: str, have: Inventory) -> str:
    """That there is no such path, and which one may be meant."""
    said = f"{path} is neither in this project nor in any level"
    near = _nearest(path, typed, have)
    if near is None:
        return f"{said}: mlops-init explain . shows what is."
    return f"{said}. Did you mean {near}{_comes(near, have)}?"


def _nearest(path: str, typed: str, have: Inventory) -> str | None:
    files = have.within(".")
    folders = {folder.as_posix() for each in files for folder in Path(each).parents[:-1]}
    every = sorted({*files, *folders}, key=lambda it: (it.startswith("tests"), it.count("/"), it))
    typed = Path(typed).as_posix()
    if typed in every:  # as it is at the top, typed in a folder
        return typed
    ends = [each for each in every if each.endswith(f"/{typed}")]
    near = difflib.get_close_matches(path, every, n=1, cutoff=0.8)
    names = {Path(each).name: each for each in reversed(every)}
    like = difflib.get_close_matches(Path(path).name, names, n=1, cutoff=0.8)
    return next(iter([*ends, *near, *(names[each] for each in like)]), None)


def _comes(path: str, have: Inventory) -> str:
    inside = have.within(path)
    if have.there.intersection(inside):
        return ""
    if have.made.intersection(inside):
        return ", which you deleted"
    numbers = [part[0].number for part in map(owner, inside) if part]
    return f", which comes with level {min(numbers)}" if numbers else ""
