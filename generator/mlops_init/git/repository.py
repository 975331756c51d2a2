"""Finds the repository of a folder, and where git keeps its files."""

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


def path_in_repository(folder: Path) -> str:
    """The path of a folder in its repository, as in `work/churn/`; empty at the top."""
    return attempt("rev-parse", "--show-prefix", cwd=folder).out.rstrip("\n")


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
