"""The repository that a project lives in: what forbids a merge, and how it is undone."""

import os
import shutil
import tempfile
from pathlib import Path

from .errors import RefusedError
from .git import NOBODY, GitError, attempt, git, paths, require
from .project import ANSWERS

UNDER_WAY = {
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "BISECT_LOG": "bisect",
}
LOCK = "uv.lock"  # the first `uv run` writes it: no business of ours


def of(project: Path) -> Path:
    """The top of the repository that a project lies in."""
    require("Raising a project")
    try:
        return Path(git("rev-parse", "--show-toplevel", cwd=project)).resolve()
    except GitError as error:
        if "not a git repository" not in str(error):
            raise RefusedError(f"git cannot read the repository of {project}: {error}") from error
        raise RefusedError(
            f"{project} is in no git repository: git init, and commit it."
        ) from error


def path(top: Path, name: str) -> Path:
    """Where git keeps a file of its own, also in a linked work tree."""
    return top / git("rev-parse", "--git-path", name, cwd=top)


def check_clean(top: Path, project: Path) -> None:
    """Refuse a project whose state git could not give back."""
    if attempt("rev-parse", "--verify", "HEAD", cwd=top).returncode:
        raise RefusedError(f"{top} has no commit yet: commit the project first.")
    for name, operation in UNDER_WAY.items():
        if path(top, name).exists():
            raise RefusedError(f"A {operation} is under way in {top}: finish or abort it first.")
    dirty = paths("status", "--porcelain", "--untracked-files=all", "--", ".", cwd=project)
    lock = (project.relative_to(top) / LOCK).as_posix()
    if [line for line in dirty if line != f"?? {lock}"]:
        raise RefusedError(f"{project} has changes: commit or stash them first.")
    if attempt("diff", "--cached", "--quiet", "HEAD", cwd=top).returncode:
        raise RefusedError(f"Changes are staged elsewhere in {top}: commit or unstage them first.")
    if attempt("ls-files", "--error-unmatch", ANSWERS, cwd=project).returncode:
        raise RefusedError(f"git ignores {project / ANSWERS}: add and commit the project first.")


def store(top: Path, tree: Path, message: str, parent: str | None = None) -> str:
    """Store files as a commit that no branch, index or work tree sees."""
    with tempfile.TemporaryDirectory(prefix="mlops-init-") as scratch:
        environment = NOBODY | {
            "GIT_DIR": git("rev-parse", "--absolute-git-dir", cwd=top),
            "GIT_WORK_TREE": str(tree),
            "GIT_INDEX_FILE": str(Path(scratch, "index")),
        }
        add = ("-c", f"core.fileMode={str(os.name != 'nt').lower()}", "add", "--all", "--force")
        git(*add, ".", cwd=tree, environment=environment)
        written = git("write-tree", cwd=tree, environment=environment)
        parents = ("-p", parent) if parent else ()
        commit = ("commit-tree", written, "-m", message, *parents)
        return git(*commit, cwd=tree, environment=environment)


def blocks(path: Path, is_file: bool) -> bool:
    """Whether what lies at a path would have to go for a file at it, or below it."""
    return os.path.lexists(path) and (is_file or path.is_symlink() or not path.is_dir())


def sweep(top: Path, removed: list[str]) -> None:
    """Take away folders that hold nothing but compiled Python: they would still be imported."""
    for folder in {(top / each).parent for each in removed}:
        if folder.is_dir() and [each.name for each in folder.iterdir()] == ["__pycache__"]:
            shutil.rmtree(folder)


def restore(top: Path, project: Path, written: list[str]) -> None:
    """Bring a project that was clean back to its last commit, whatever git left of a merge."""
    written += paths("ls-files", cwd=top)  # git may follow a folder that its owner moved
    attempt("reset", "--quiet", "HEAD", "--", ".", cwd=project)
    attempt("checkout", "--quiet", "HEAD", "--", ".", cwd=project)
    tracked = set(paths("ls-files", cwd=top))
    for each in sorted(set(written) - tracked):
        (top / each).unlink(missing_ok=True)
        for folder in (top / each).parents:
            if folder == project or not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()
    for name in ("MERGE_MSG", "CHERRY_PICK_HEAD"):
        path(top, name).unlink(missing_ok=True)
