"""Raises or lowers a project in place: two renders and one git merge."""

import os
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import project as projects
from . import recorded, repository
from .errors import RefusedError
from .git import attempt, git, paths, said
from .levels import level, levels


@dataclass(frozen=True)
class Outcome:
    """What an upgrade did to a project."""

    name: str
    before: int
    after: int
    added: int
    changed: int
    removed: int
    conflicts: tuple[str, ...]
    deleted: tuple[str, ...]


@dataclass(frozen=True)
class Merge:
    """Two commits that no branch sees: a project as it was made, and as it shall be."""

    top: Path
    project: Path
    before: str
    after: str

    def changes(self, kinds: str) -> list[str]:
        """The paths that it adds (A), changes (M) or takes away (D)."""
        words = ("diff", "--name-only", "--no-renames", f"--diff-filter={kinds}")
        return paths(*words, self.before, self.after, cwd=self.top)


def upgrade(project: Path, number: int | None) -> Outcome:
    """Stage the files of another level, merged with the owner's edits."""
    answers = projects.read_answers(project)
    top = repository.of(project)
    wanted = answers | {"level": answers["level"] if number is None else level(number).number}
    repository.check_clean(top, project)
    with projects.template() as template:
        origin = projects.origin(template)
        if wanted == answers and answers.get("_template") == origin["_template"]:
            raise RefusedError(_already(project, answers, number))
        asked = {name: answer for name, answer in wanted.items() if not name.startswith("_")}
        merge = _prepare(top, project, template, answers, asked | origin)
    answers_file = (project.relative_to(top) / projects.ANSWERS).as_posix()
    if wanted == answers and set(merge.changes("AMDT")) <= {answers_file}:
        raise RefusedError(_already(project, answers, number))
    _check_way(merge)
    deleted, conflicts = _stage(merge)
    repository.sweep(top, merge.changes("D"))
    return Outcome(
        name=answers["project_name"],
        before=answers["level"],
        after=wanted["level"],
        added=len(merge.changes("A")),
        changed=len(merge.changes("MT")),
        removed=len(merge.changes("D")),
        conflicts=tuple(os.path.relpath(top / path, project) for path in conflicts),
        deleted=tuple(os.path.relpath(top / path, project) for path in deleted),
    )


def _prepare(
    top: Path, project: Path, template: Path, answers: dict[str, Any], wanted: dict[str, Any]
) -> Merge:
    inside = project.relative_to(top)
    with tempfile.TemporaryDirectory(prefix="mlops-init-") as scratch:
        old, new = Path(scratch, "old"), Path(scratch, "new")
        recorded.render(project, answers, template, old / inside)
        origin = {name: text for name, text in wanted.items() if name in projects.ORIGIN}
        projects.render(template, wanted, origin, new / inside)
        before = repository.store(top, old, "As it was made")
        after = repository.store(top, new, _message(answers, wanted), before)
    return Merge(top, project, before, after)


def _message(answers: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    old, new = answers["level"], wanted["level"]
    if old == new:
        return f"Bring in the template of mlops-init {projects.version()}"
    return f"{'Raise' if new > old else 'Lower'} to level {new}, {level(new).name}"


def _already(project: Path, answers: Mapping[str, Any], asked: int | None) -> str:
    now = answers["level"]
    here = f"{answers['project_name']} is at level {now}"
    if asked is not None:
        return f"{here} already. To see what it has: mlops-init levels {now}"
    if now == levels()[-1].number:
        return f"{here} and up to date."
    return f"{here} and up to date: {projects.raising(project, now + 1)} raises it."


def _check_way(merge: Merge) -> None:
    """Refuse when what git cannot give back would be written over."""
    tracked = set(paths("ls-files", cwd=merge.top))
    lost = {
        each.as_posix()
        for path in set(merge.changes("AM")) - tracked
        for each in (Path(path), *Path(path).parents[:-1])
        if each.as_posix() not in tracked
        and repository.blocks(merge.top / each, is_file=each == Path(path))
    }
    if lost:
        raise RefusedError(f"In the way of new files: move {', '.join(sorted(lost))} away.")


def _stage(merge: Merge) -> tuple[list[str], list[str]]:
    try:
        words = ("cherry-pick", "--no-commit", "--allow-empty", merge.after)
        done = attempt(*words, cwd=merge.top)
        unmerged = paths("ls-files", "--unmerged", cwd=merge.top)
        if done.returncode not in (0, 1) or (done.returncode and not unmerged):
            raise RefusedError(f"git could not merge, nothing was changed: {said(done)}")
        return _settle(merge)
    except BaseException:
        repository.restore(merge.top, merge.project, merge.changes("AM"))
        raise


def _settle(merge: Merge) -> tuple[list[str], list[str]]:
    """What the owner deleted stays deleted; the other conflicts are the owner's to settle."""
    stages = defaultdict(set)
    for line in paths("ls-files", "--unmerged", cwd=merge.top):
        meta, path = line.split("\t", 1)
        stages[path].add(int(meta[-1]))
    deleted = sorted(path for path, found in stages.items() if found == {1, 3})
    if deleted:
        git("rm", "--quiet", "--", *deleted, cwd=merge.top)
    # git lists in it the conflicts of before: `git commit --no-edit` would keep that list.
    message = git("log", "-1", "--format=%B", merge.after, cwd=merge.top).strip()
    repository.path(merge.top, "MERGE_MSG").write_text(f"{message}\n", encoding="utf-8")
    return deleted, sorted(stages.keys() - set(deleted))
