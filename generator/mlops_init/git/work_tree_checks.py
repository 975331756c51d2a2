"""Refuses an upgrade if the work tree is dirty or has files where new ones would go."""

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from ..errors import RefusedError
from .repository import Repository
from .run import attempt, git_records

OPERATIONS = {
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "BISECT_LOG": "bisect",
}
UV_LOCK = "uv.lock"  # the first `uv run` writes it, so an untracked one is not a change
NORMAL_FLAG = "H"  # of a tracked file in `git ls-files -v`; others are hidden from git
SUBMODULE_MODE = "160000"


def check_clean(repository: Repository, project: Path) -> None:
    """Refuse a dirty work tree, and one in which another git command is not finished."""
    top = repository.top
    for name, operation in OPERATIONS.items():
        if (repository.git_dir / name).exists() or _is_ref(repository, name):
            raise RefusedError(f"A {operation} is in progress in {top}: finish or abort it first.")
    if repository.index_lock.exists():
        raise RefusedError(index_locked_message(repository))
    if find_changes(repository, project):
        raise RefusedError(f"{project} has uncommitted changes: commit or stash them first.")
    if attempt("diff", "--cached", "--quiet", "HEAD", cwd=top).status:
        raise RefusedError(f"Changes are staged elsewhere in {top}: commit or unstage them first.")


def check_tracked(file: Path) -> None:
    """Refuse a project whose file is not in git, for example because git ignores it."""
    if not is_tracked(file):
        raise RefusedError(f"{file} is not in git: add and commit the project first.")


def is_tracked(file: Path) -> bool:
    """Whether a file is in git's index."""
    return attempt("ls-files", "--error-unmatch", file.name, cwd=file.parent).status == 0


def index_locked_message(repository: Repository) -> str:
    """The message if another git command has locked the index."""
    return (
        f"Another git command is running in {repository.top}: wait for it; "
        f"if there is none, remove {repository.index_lock}."
    )


def find_changes(repository: Repository, project: Path) -> list[str]:
    """The uncommitted changes in a project, except an untracked uv.lock."""
    words = ("status", "--porcelain", "--untracked-files=all", "--", ".")
    lock = (project.relative_to(repository.top) / UV_LOCK).as_posix()
    return [each for each in git_records(*words, cwd=project) if each != f"?? {lock}"]


def check_no_obstacles(
    repository: Repository, changed: Collection[str], added: Collection[str]
) -> None:
    """Refuse to write where git could not restore what is there."""
    tracked = _list_tracked(repository, {path.split("/")[0] for path in (*changed, *added)})
    hidden = sorted(path for path in changed if _is_hidden(repository.top, path, tracked))
    if hidden:
        raise RefusedError(
            f"git is configured to ignore changes to {', '.join(hidden)}: first run "
            "git update-index --no-assume-unchanged --no-skip-worktree on it."
        )
    obstacles = set()
    for path in added:
        for place in (Path(path), *Path(path).parents[:-1]):
            _check_other_repository(repository.top, place, tracked)
            if place.as_posix() not in tracked and _is_obstacle(
                repository.top / place, place == Path(path)
            ):
                obstacles.add(place.as_posix())
    if obstacles:
        raise RefusedError(f"New files would replace {', '.join(sorted(obstacles))}: move it away.")


def _is_hidden(top: Path, path: str, tracked: dict[str, str]) -> bool:
    """Whether git ignores changes of a file; in a sparse checkout there is no file to change."""
    is_flagged = tracked.get(path, NORMAL_FLAG)[0] != NORMAL_FLAG
    return is_flagged and os.path.lexists(top / path)


def _is_ref(repository: Repository, name: str) -> bool:
    if not (repository.objects.parent / "reftable").exists():  # refs are files, already checked
        return False
    words = ("rev-parse", "--verify", "--quiet", name)
    return name.endswith("_HEAD") and attempt(*words, cwd=repository.top).status == 0


def _list_tracked(repository: Repository, places: Iterable[str]) -> dict[str, str]:
    """The flag, mode, object and stage of each file that git tracks below top-level places."""
    patterns = (f"./{place}" for place in places)  # whatever character a name starts with
    records = git_records("ls-files", "-v", "--stage", "--", *patterns, cwd=repository.top)
    return {path: entry for entry, _, path in (each.partition("\t") for each in records)}


def _check_other_repository(top: Path, place: Path, tracked: dict[str, str]) -> None:
    if SUBMODULE_MODE in tracked.get(place.as_posix(), "").split()[1:2]:
        raise RefusedError(f"{place} is a submodule, and new files would go there: move it away.")
    if (top / place / ".git").exists():
        raise RefusedError(
            f"{place} is another git repository, and new files would go there: move it away."
        )


def _is_obstacle(path: Path, is_file: bool) -> bool:
    """Whether something prevents a new file at a path, or below it."""
    return os.path.lexists(path) and (is_file or path.is_symlink() or not path.is_dir())
