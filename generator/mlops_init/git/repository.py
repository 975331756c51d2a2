"""Finds the repository of a folder, and where git keeps its files."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import RefusedError
from .run import GitError, attempt, git, require_git

OLDEST_GIT = (2, 38)  # the first version with `git merge-tree --write-tree`


@dataclass(frozen=True)
class Repository:
    """A work tree and the folders in which git keeps its data."""

    top: Path
    git_dir: Path  # of this work tree: its index, its HEAD
    objects: Path  # shared by all work trees

    @property
    def index_lock(self) -> Path:
        """The file that exists while a git command changes the index."""
        return self.git_dir / "index.lock"


@dataclass(frozen=True)
class IgnoredFile:
    """A file that git would not add, and the rule for it, as in `.gitignore:3 data/`."""

    path: str
    rule: str


def find_repository(project: Path) -> Repository:
    """The repository that contains a project."""
    require_git("Upgrading a project")
    places = ("--show-toplevel", "--absolute-git-dir", "--git-path", "objects")
    try:
        output = git("rev-parse", "--path-format=absolute", *places, cwd=project)
    except GitError as error:
        raise RefusedError(_explain_failure(project, str(error))) from error
    _check_version(project)
    return Repository(*(Path(line).resolve() for line in output.splitlines()))


def find_head(repository: Repository) -> str:
    """The commit that is checked out."""
    result = attempt("rev-parse", "--verify", "HEAD^{commit}", cwd=repository.top)
    if result.status:
        raise RefusedError(f"{repository.top} has no commit yet: commit the project first.")
    return result.out.strip()


def is_in_work_tree(folder: Path) -> bool:
    """Whether a folder is in the work tree of a repository."""
    return attempt("rev-parse", "--is-inside-work-tree", cwd=folder).out.strip() == "true"


def find_default_branch(folder: Path) -> str:
    """The default branch of the repository of a folder, or of a new one."""
    remote = attempt("symbolic-ref", "--short", "refs/remotes/origin/HEAD", cwd=folder)
    if not remote.status:
        return remote.out.strip().removeprefix("origin/")
    configured = attempt("config", "init.defaultBranch", cwd=folder).out.strip()
    branches = attempt("for-each-ref", "--format=%(refname:short)", "refs/heads", cwd=folder)
    for name in (configured, "main", "master"):
        if name in branches.out.split():
            return name
    head = attempt("symbolic-ref", "--short", "HEAD", cwd=folder)
    return head.out.strip() or configured or "main"


def path_in_repository(folder: Path) -> str:
    """The path of a folder in its repository, as in `work/churn/`; empty at the top."""
    return attempt("rev-parse", "--show-prefix", cwd=folder).out.rstrip("\n")


def find_ignored(
    existing: Path, destination: Path, paths: Iterable[str]
) -> tuple[IgnoredFile, ...]:
    """The files of a new folder that the repository would ignore."""
    places = {(destination / path).relative_to(existing).as_posix(): path for path in paths}
    names = "".join(f"{place}\0" for place in places).encode("utf-8", "surrogateescape")
    words = ("check-ignore", "--verbose", "-z", "--stdin")
    fields = attempt(*words, cwd=existing, stdin=names).out.split("\0")[:-1]
    rows = zip(*(fields[column::4] for column in range(4)), strict=True)
    return tuple(
        IgnoredFile(places[place], f"{file}:{line} {pattern}")
        for file, line, pattern, place in rows
        if not pattern.startswith("!")
    )


def _explain_failure(project: Path, reason: str) -> str:
    if "not a git repository" in reason:
        return f"{project} is not in a git repository: run git init and commit the project."
    if "work tree" in reason:
        return f"{project} belongs to a bare repository: upgrade a clone of it."
    return f"git cannot read the repository of {project}: {reason}"


def _check_version(project: Path) -> None:
    version = git("version", cwd=project).split()[2]
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_GIT:
        oldest = ".".join(map(str, OLDEST_GIT))
        raise RefusedError(f"This machine has git {version}: an upgrade needs {oldest} or newer.")
