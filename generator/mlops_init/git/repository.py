"""The repository that a project lives in: where git keeps things, and what forbids a merge."""

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import RefusedError
from ..template.render import ANSWERS
from .run import GitError, attempt, git, paths, require

UNDER_WAY = {
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "BISECT_LOG": "bisect",
}
LOCK = "uv.lock"  # the first `uv run` writes it: no business of ours
OLDEST_GIT = (2, 38)  # the first with `git merge-tree --write-tree`
PLAIN = "H"  # the flag of a file that git was not told to look away from
SUBMODULE = "160000"


@dataclass(frozen=True)
class Repository:
    """Where a work tree is, and where git keeps what belongs to it."""

    top: Path
    git_dir: Path  # of this work tree: its index, its HEAD
    objects: Path  # of all its work trees

    def git(self, *words: str) -> str:
        """What git answers at the top."""
        return git(*words, cwd=self.top)

    def inside(self, project: Path) -> str:
        """A project's folder as git writes it: `.` at the top."""
        return project.relative_to(self.top).as_posix()

    @property
    def index_lock(self) -> Path:
        """What a git command makes while it changes the index."""
        return self.git_dir / "index.lock"


def of(project: Path) -> Repository:
    """The repository that a project lies in."""
    require("Raising a project")
    places = ("--show-toplevel", "--absolute-git-dir", "--git-path", "objects")
    try:
        found = git("rev-parse", "--path-format=absolute", *places, cwd=project)
    except GitError as error:
        raise RefusedError(_unusable(project, str(error))) from error
    _check_version(project)
    return Repository(*(Path(place).resolve() for place in found.splitlines()))


def _unusable(project: Path, why: str) -> str:
    if "not a git repository" in why:
        return f"{project} is in no git repository: git init, and commit it."
    if "work tree" in why:
        return f"{project} belongs to a bare repository: upgrade a clone of it."
    return f"git cannot read the repository of {project}: {why}"


def _check_version(project: Path) -> None:
    found = git("version", cwd=project).split()[2]
    if tuple(int(part) for part in found.split(".")[:2]) < OLDEST_GIT:
        oldest = ".".join(map(str, OLDEST_GIT))
        raise RefusedError(f"git is {found} here: an upgrade needs {oldest} or newer.")


def head(repository: Repository) -> str:
    """The commit that the work tree stands on."""
    found = attempt("rev-parse", "--verify", "HEAD^{commit}", cwd=repository.top)
    if found.status:
        raise RefusedError(f"{repository.top} has no commit yet: commit the project first.")
    return found.out.strip()


def check_clean(repository: Repository, project: Path) -> None:
    """Refuse a project with changes that are in no commit, or with git at work."""
    top = repository.top
    for name, operation in UNDER_WAY.items():
        if (repository.git_dir / name).exists() or _is_ref(repository, name):
            raise RefusedError(f"A {operation} is under way in {top}: finish or abort it first.")
    if repository.index_lock.exists():
        raise RefusedError(at_work(repository))
    if changes(repository, project):
        raise RefusedError(f"{project} has changes: commit or stash them first.")
    if attempt("diff", "--cached", "--quiet", "HEAD", cwd=top).status:
        raise RefusedError(f"Changes are staged elsewhere in {top}: commit or unstage them first.")
    if attempt("ls-files", "--error-unmatch", ANSWERS, cwd=project).status:
        raise RefusedError(f"git ignores {project / ANSWERS}: add and commit the project first.")


def _is_ref(repository: Repository, name: str) -> bool:
    if not (repository.objects.parent / "reftable").exists():  # refs are files: it was seen
        return False
    words = ("rev-parse", "--verify", "--quiet", name)
    return name.endswith("_HEAD") and attempt(*words, cwd=repository.top).status == 0


def at_work(repository: Repository) -> str:
    """What is said where another git command has the index."""
    return (
        f"Another git command is at work in {repository.top}: wait for it; "
        f"if none is, remove {repository.index_lock}."
    )


def changes(repository: Repository, project: Path) -> list[str]:
    """What in a project is in no commit, an untracked uv.lock aside."""
    words = ("status", "--porcelain", "--untracked-files=all", "--", ".")
    inside = project.relative_to(repository.top)
    return [
        each for each in paths(*words, cwd=project) if each != f"?? {(inside / LOCK).as_posix()}"
    ]


def check_way(repository: Repository, wanted: Collection[str], added: Collection[str]) -> None:
    """Refuse to write where git could not give back what lies there."""
    tracked = _tracked(repository, {path.split("/")[0] for path in (*wanted, *added)})
    hidden = sorted(path for path in wanted if tracked.get(path, PLAIN)[0] != PLAIN)
    if hidden:
        raise RefusedError(
            f"git is told to look away from {', '.join(hidden)}: "
            "git update-index --no-assume-unchanged --no-skip-worktree it first."
        )
    lost = set()
    for path in added:
        for place in (Path(path), *Path(path).parents[:-1]):
            _check_foreign(repository.top, place, tracked)
            if place.as_posix() not in tracked and _blocks(
                repository.top / place, place == Path(path)
            ):
                lost.add(place.as_posix())
    if lost:
        raise RefusedError(f"In the way of new files: move {', '.join(sorted(lost))} away.")


def _tracked(repository: Repository, places: Iterable[str]) -> dict[str, str]:
    """What git says of each file that it tracks in places at the top: flag, mode, object, stage."""
    there = (f"./{place}" for place in places)  # whatever their names start with
    records = paths("ls-files", "-v", "--stage", "--", *there, cwd=repository.top)
    return {path: said for said, _, path in (each.partition("\t") for each in records)}


def _check_foreign(top: Path, place: Path, tracked: dict[str, str]) -> None:
    if SUBMODULE in tracked.get(place.as_posix(), "").split()[1:2]:
        raise RefusedError(f"{place} is a submodule, and new files would go there: move it away.")
    if (top / place / ".git").exists():
        raise RefusedError(
            f"{place} is a repository of its own, and new files would go there: move it away."
        )


def _blocks(path: Path, is_file: bool) -> bool:
    """Whether what lies at a path would have to go for a file at it, or below it."""
    return os.path.lexists(path) and (is_file or path.is_symlink() or not path.is_dir())
