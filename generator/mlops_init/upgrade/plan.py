"""Finds out what an upgrade would do to a project, to the last byte and without touching it."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import RefusedError
from ..git import repository
from ..git.repository import Repository
from ..git.run import GitError, attempt
from ..template import original as recorded
from ..template import render as projects
from ..template.levels import level, levels
from ..ui import screens
from . import locks as running
from .merge import Merged, merge
from .objects import Store, Touch, touched


@dataclass(frozen=True)
class Plan:
    """What an upgrade would do to a project, known to the last byte before anything is touched."""

    project: Path
    store: Store
    head: str
    answers: Mapping[str, Any]
    after: int
    renewed: bool  # by a newer template
    merged: Merged
    template: Mapping[str, Touch]  # what the template does to each path
    owner: Mapping[str, Touch]  # what becomes of the owner's files
    groups: Mapping[str, tuple[str, ...]]  # the dependencies of each group that comes or goes

    @property
    def name(self) -> str:
        """What the project is called."""
        return str(self.answers["project_name"])

    @property
    def before(self) -> int:
        """The level the project is at."""
        return int(self.answers["level"])

    def inside(self, path: str) -> str:
        """A path of the repository as it is in the project."""
        return os.path.relpath(self.store.repository.top / path, self.project)

    @property
    def locked(self) -> bool:
        """Whether its owner has committed the lock file that uv writes."""
        words = ("ls-files", "--error-unmatch", repository.LOCK)
        return attempt(*words, cwd=self.project).status == 0

    @property
    def message(self) -> str:
        """What the commit is to say."""
        old, new = self.before, self.after
        if old == new:
            return f"Bring in the template of mlops-init {projects.version()}"
        return f"{'Raise' if new > old else 'Lower'} to level {new}, {level(new).name}"


@contextmanager
def planned(here: Repository, project: Path, number: int | None) -> Iterator[Plan]:
    """Find out what an upgrade to a level would do; None brings in the newest template alone."""
    answers = projects.read_answers(project)
    head = repository.head(here)
    repository.check_clean(here, project)
    running.check_idle(project)
    wanted = answers | {"level": answers["level"] if number is None else level(number).number}
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(projects.scratch()))
        template = stack.enter_context(projects.template())
        origin = projects.origin(template)
        same = answers.get("_template") == origin["_template"]
        if wanted == answers and same:
            raise RefusedError(already(project, answers, number))
        recorded.check_not_newer(answers, same)
        with screens.waiting("comparing"):
            _render(project, here, answers, wanted, template, origin, scratch)
            plan = _merged(project, here, head, answers, wanted, not same, scratch)
        if wanted == answers and set(plan.template) <= {_path(here, project, projects.ANSWERS)}:
            raise RefusedError(already(project, answers, number))
        repository.check_way(here, plan.owner, _added(plan))
        yield plan


def _path(here: Repository, project: Path, name: str) -> str:
    return (project.relative_to(here.top) / name).as_posix()


def _added(plan: Plan) -> set[str]:
    """Where a file comes to lie, or would but for what its owner has there."""
    both = (plan.owner, plan.template)
    return {path for each in both for path, what in each.items() if what.what == "A"}


def _render(
    project: Path,
    here: Repository,
    answers: Mapping[str, Any],
    wanted: Mapping[str, Any],
    template: Path,
    origin: Mapping[str, str],
    scratch: Path,
) -> None:
    inside = project.relative_to(here.top)
    recorded.render(project, answers, template, scratch / "old" / inside)
    asked = {name: answer for name, answer in wanted.items() if not name.startswith("_")}
    projects.render(template, asked, origin, scratch / "new" / inside)


def _merged(
    project: Path,
    here: Repository,
    head: str,
    answers: Mapping[str, Any],
    wanted: Mapping[str, Any],
    renewed: bool,
    scratch: Path,
) -> Plan:
    store = Store(here, scratch)
    made, new = store.add(scratch / "old"), store.add(scratch / "new")
    label = f"level {wanted['level']}"
    try:
        merged = merge(store, made, f"{head}^{{tree}}", new, label)
    except GitError as error:
        raise RefusedError(f"git could not merge, nothing was changed: {error}") from error
    inside = project.relative_to(here.top)
    return Plan(
        project=project,
        store=store,
        head=head,
        answers=answers,
        after=wanted["level"],
        renewed=renewed,
        merged=merged,
        template=touched(store, made, new),
        owner=touched(store, head, merged.tree),
        groups=_groups(scratch / "old" / inside, scratch / "new" / inside),
    )


def _groups(old: Path, new: Path) -> dict[str, tuple[str, ...]]:
    before, after = (
        tomllib.loads((each / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
        for each in (old, new)
    )
    moved = before.keys() ^ after.keys()
    return {name: tuple((before | after)[name]) for name in sorted(moved)}


def already(project: Path, answers: Mapping[str, Any], asked: int | None) -> str:
    """What is said where there is nothing to do."""
    now = answers["level"]
    here = f"{answers['project_name']} is at level {now}"
    if asked is not None:
        return f"{here} already. To see what it has: mlops-init levels {now}"
    if now == levels()[-1].number:
        return f"{here} and up to date."
    return f"{here} and up to date: {projects.raising(project, now + 1)} raises it."
