"""Computes an upgrade completely, without touching the project."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import RefusedError
from ..git.changes import ChangeKind
from ..git.repository import Repository, find_head
from ..git.run import GitError
from ..git.work_tree_checks import (
    UV_LOCK,
    check_clean,
    check_no_obstacles,
    check_tracked,
    is_tracked,
)
from ..project_commands import upgrade_command
from ..template import origin
from ..template.answers_file import ANSWERS_FILE, read_answers
from ..template.levels import Level, find_level, group_by_level, list_capabilities, load_levels
from ..template.original import render_original
from ..template.package import find_package
from ..template.render import render
from ..template.source import copied_template
from ..temporary_folders import temporary_folder
from .answers import change_answers
from .formatting import has_own_format
from .locks import check_not_running
from .merge import MergeResult, merge_trees
from .objects import ObjectStore, TreeChange, diff_trees

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """Everything that an upgrade will change."""

    project: Path
    objects: ObjectStore
    head: str
    answers: Answers  # as recorded
    new_answers: Answers
    has_newer_template: bool
    merge: MergeResult
    template_changes: Mapping[str, TreeChange]  # by path in the repository
    user_changes: Mapping[str, TreeChange]  # to the files in the work tree
    dependency_groups: Mapping[str, tuple[str, ...]]  # those that are added or removed
    has_own_format: bool  # the user has other settings for `ruff format`

    @property
    def project_name(self) -> str:
        """The name of the project."""
        return str(self.answers["project_name"])

    @property
    def old_level(self) -> int:
        """The level before the upgrade."""
        return int(self.answers["level"])

    @property
    def new_level(self) -> int:
        """The level after the upgrade."""
        return int(self.new_answers["level"])

    @property
    def added(self) -> list[Level]:
        """The capabilities that are added, by level."""
        before = list_capabilities(self.answers)
        new = [each for each in list_capabilities(self.new_answers) if each not in before]
        return group_by_level(new)

    @property
    def removed(self) -> list[Level]:
        """The capabilities that are removed, by level, the highest first."""
        after = list_capabilities(self.new_answers)
        old = [each for each in list_capabilities(self.answers) if each not in after]
        return group_by_level(old)[::-1]

    @property
    def changed_options(self) -> str:
        """The optional capabilities that are added or removed, as in `Add tuning`."""
        both = {"Add": self.added, "Remove": self.removed}
        names = {
            action: [each.name for level in levels for each in level.capabilities if each.optional]
            for action, levels in both.items()
        }
        parts = [f"{action} {' and '.join(each)}" for action, each in names.items() if each]
        return ", ".join(parts)

    @property
    def package(self) -> str | None:
        """The package that new files import; None if the recorded one is gone."""
        return find_package(self.project, self.answers["package_name"])

    @property
    def folder(self) -> str:
        """The path of the project in its repository; `.` at the top."""
        return self.project.relative_to(self.objects.repository.top).as_posix()

    @property
    def is_repository_top(self) -> bool:
        """Whether the project is the whole repository."""
        return self.folder == "."

    @property
    def has_committed_lock(self) -> bool:
        """Whether the user has committed the lock file of uv."""
        return is_tracked(self.project / UV_LOCK)

    @property
    def commit_message(self) -> str:
        """The message that is prepared for the user's commit."""
        old, new = self.old_level, self.new_level
        if old == new and (self.added or self.removed):
            return self.changed_options
        if old == new:
            return f"Update to the template of mlops-init {origin.package_version()}"
        action = "Upgrade" if new > old else "Lower"
        return f"{action} to level {new}, {find_level(new).name}"

    def path_in_project(self, path: str) -> str:
        """The path of a file in the project, from its path in the repository."""
        return os.path.relpath(self.objects.repository.top / path, self.project)

    def list_paths(self, kind: ChangeKind) -> list[str]:
        """The files in the project that are changed in this way."""
        changes = self.user_changes.items()
        return sorted(self.path_in_project(path) for path, each in changes if each.kind is kind)


@contextmanager
def plan_upgrade(
    repository: Repository, project: Path, level: int | None, added: list[str], removed: list[str]
) -> Iterator[Plan]:
    """Compute an upgrade to a level, and to other optional capabilities.

    Without any of these it only brings in the newest template.
    """
    answers = read_answers(project)
    head = find_head(repository)
    check_clean(repository, project)
    check_tracked(project / ANSWERS_FILE)
    check_not_running(project)
    new_answers = change_answers(answers, level, added, removed)
    package = find_package(project, answers["package_name"]) or answers["package_name"]
    with temporary_folder() as folder, copied_template() as template:
        new_origin = origin.template_origin(template)
        is_same_template = answers.get("_template") == new_origin["_template"]
        if new_answers == answers and is_same_template:
            raise RefusedError(_up_to_date(project, answers, level))
        if not is_same_template:
            origin.check_not_newer(answers)
        path = project.relative_to(repository.top)
        renamed = new_answers | {"package_name": package}
        _render_both(project, answers, renamed, template, new_origin, path, folder)
        is_newer = not is_same_template
        plan = _create_plan(project, repository, head, answers, renamed, is_newer, folder)
        only_origin_changes = {*plan.template_changes} <= {(path / ANSWERS_FILE).as_posix()}
        if new_answers == answers and only_origin_changes:
            raise RefusedError(_up_to_date(project, answers, level))
        check_no_obstacles(repository, plan.user_changes, _list_added(plan))
        yield plan


def _render_both(
    project: Path,
    answers: Answers,
    new_answers: Answers,
    template: Path,
    new_origin: Mapping[str, str],
    path: Path,
    folder: Path,
) -> None:
    """Render the original and the new project at their path in the repository."""
    render_original(project, answers, template, folder / "old" / path)
    render(template, folder / "new" / path, new_answers, new_origin)


def _create_plan(
    project: Path,
    repository: Repository,
    head: str,
    answers: Answers,
    new_answers: Answers,
    has_newer_template: bool,
    folder: Path,
) -> Plan:
    """Merge the two renders into the user's work, as objects in the folder."""
    objects = ObjectStore(repository, folder)
    label = f"level {new_answers['level']}"
    try:
        original, level = objects.add_folder(folder / "old"), objects.add_folder(folder / "new")
        merge = merge_trees(objects, original, f"{head}^{{tree}}", level, label)
        template_changes = diff_trees(objects, original, level)
        user_changes = diff_trees(objects, head, merge.tree)
    except GitError as error:
        raise RefusedError(f"git could not merge, nothing was changed: {error}") from error
    path = project.relative_to(repository.top)
    return Plan(
        project=project,
        objects=objects,
        head=head,
        answers=answers,
        new_answers=new_answers,
        has_newer_template=has_newer_template,
        merge=merge,
        template_changes=template_changes,
        user_changes=user_changes,
        dependency_groups=_compare_groups(folder / "old" / path, folder / "new" / path),
        has_own_format=has_own_format(project, folder / "old" / path),
    )


def _compare_groups(old: Path, new: Path) -> dict[str, tuple[str, ...]]:
    """The dependencies of each group that only one of two projects has."""
    before, after = (
        tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
        for folder in (old, new)
    )
    return {name: tuple((before | after)[name]) for name in sorted(before.keys() ^ after.keys())}


def _list_added(plan: Plan) -> set[str]:
    """The paths of new files, also of those that conflict with a file of the user."""
    both = (plan.user_changes, plan.template_changes)
    return {
        path
        for changes in both
        for path, change in changes.items()
        if change.kind is ChangeKind.ADDED
    }


def _up_to_date(project: Path, answers: Answers, level: int | None) -> str:
    """The message if an upgrade would change nothing."""
    current = answers["level"]
    name = answers["project_name"]
    if level is not None:
        return f"{name} is already at level {current}. See its content: mlops-init levels {current}"
    if current == load_levels()[-1].number:
        return f"{name} is at level {current} and up to date."
    command = upgrade_command(project, current + 1)
    return f"{name} is at level {current} and up to date. Upgrade it: {command}"
