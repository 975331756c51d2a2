"""Finds out why a file of a project exists, and whether the user has changed it."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ..errors import RefusedError
from ..git.files import has_same_content
from ..git.ignored import is_path_ignored, list_files
from ..git.repository import path_in_repository
from ..git.work_tree_checks import UV_LOCK
from ..template.answers_file import find_project, read_answers
from ..template.levels import Capability, Level, find_capability, load_levels
from ..template.original import render_original
from ..template.source import copied_template
from ..temporary_folders import temporary_folder
from .comparison import Change, Comparison
from .suggestions import FileLists, unknown_path_message


class FileState(StrEnum):
    """How a file compares with the original of its project."""

    GENERATED = "generated"
    CHANGED = "changed"
    YOURS = "yours"
    DELETED = "deleted"
    HIGHER_LEVEL = "higher_level"


@dataclass(frozen=True)
class ExplainedFile:
    """A file of a project, of its template, or of both."""

    path: str
    state: FileState
    owner: tuple[Level, Capability] | None  # None for a file that only the user has
    change: Change | None = None


@dataclass(frozen=True)
class Explanation:
    """A file or folder of a project, with all files in it; the path of the top is `.`."""

    project: Path
    answers: Mapping[str, Any]
    path: str
    files: tuple[ExplainedFile, ...]
    is_ignored: bool
    comparison: Comparison

    @property
    def exists(self) -> bool:
        """Whether there is something at the path."""
        return os.path.lexists(self.project / self.path)

    @property
    def is_file(self) -> bool:
        """Whether the path is one file."""
        return [each.path for each in self.files] == [self.path]

    def list_files(self, *states: FileState) -> list[ExplainedFile]:
        """The files in these states."""
        return [each for each in self.files if each.state in states]

    def create_patch(self, color: bool) -> bytes:
        """The user's changes to the original."""
        if not self.list_files(FileState.CHANGED, FileState.DELETED):
            raise RefusedError(f"You have not changed {self.path} since it was generated.")
        return self.comparison.create_patch(path_in_repository(self.project), color)


@contextmanager
def explain_path(path: Path) -> Iterator[Explanation]:
    """Compare a path with what the template generates there, at this or a higher level."""
    absolute = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 (does not follow links)
    project = find_project(absolute)
    if project is None:
        raise RefusedError(f"{path} is not in a project: name a file or a folder of one.")
    answers, inside = read_answers(project), absolute.relative_to(project).as_posix()
    with copied_template() as template, temporary_folder() as folder:
        original, highest = folder / "original", folder / "highest"
        render_original(project, answers, template, original)
        if not (original / inside).is_file():  # else the highest level adds nothing to it
            highest_answers = answers | {"level": load_levels()[-1].number}
            render_original(project, highest_answers, template, highest)
        old, new = (frozenset(_list_files(each)) for each in (original, highest))
        present = {*list_files(project)} - {UV_LOCK}
        present |= {each for each in old if os.path.lexists(project / each)}
        lists = FileLists(old, new, frozenset(present))
        is_ignored = is_path_ignored(project, inside)
        is_known = lists.find(inside) or is_ignored or inside == UV_LOCK
        if not (is_known or os.path.lexists(absolute)):
            raise RefusedError(unknown_path_message(inside, str(path), lists))
        comparison = Comparison(folder / "old", folder / "new", folder)
        files = _compare_files(lists, lists.find(inside), project, original, comparison)
        yield Explanation(project, answers, inside, files, is_ignored, comparison)


def _list_files(folder: Path) -> Iterator[str]:
    """All files below a folder; a link to a folder is a file."""
    for place, folders, names in os.walk(folder):
        inside = Path(place).relative_to(folder)
        links = [name for name in folders if Path(place, name).is_symlink()]
        folders[:] = [name for name in folders if name not in links]
        yield from ((inside / name).as_posix() for name in (*names, *links))


def _compare_files(
    lists: FileLists, paths: Iterable[str], project: Path, original: Path, comparison: Comparison
) -> tuple[ExplainedFile, ...]:
    states = {path: _find_state(path, lists, project, original) for path in paths}
    for path, state in states.items():  # only files that differ, so that git has little to do
        if state in (FileState.CHANGED, FileState.DELETED):
            _copy(original / path, comparison.old / path)
        if state is FileState.CHANGED:
            _copy(project / path, comparison.new / path)
    has_changes = comparison.old.exists()
    changes = {each.path: each for each in comparison.changes} if has_changes else {}
    generated = lists.original | lists.highest
    return tuple(
        ExplainedFile(
            path, state, find_capability(path) if path in generated else None, changes.get(path)
        )
        for path, state in states.items()
    )


def _find_state(path: str, lists: FileLists, project: Path, original: Path) -> FileState:
    current = project / path
    if path not in lists.original:
        return FileState.YOURS if path in lists.present else FileState.HIGHER_LEVEL
    if not os.path.lexists(current) or (current.is_dir() and not current.is_symlink()):
        return FileState.DELETED
    executable = {os.access(each, os.X_OK) for each in (current, original / path)}
    is_same = has_same_content(current, original / path) and len(executable) == 1
    return FileState.GENERATED if is_same else FileState.CHANGED


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)
