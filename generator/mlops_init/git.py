"""Runs git, whatever the environment and the settings of the person say."""

import os
import shutil
import subprocess
from pathlib import Path

from .errors import RefusedError

NOBODY = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "mlops-init"), ("EMAIL", "mlops-init@localhost"))
}
FOREIGN = ("DIR", "WORK_TREE", "INDEX_FILE", "PREFIX", "OBJECT_DIRECTORY", "COMMON_DIR")
SETTINGS = ("core.fsmonitor=false", "core.safecrlf=false", "rerere.autoUpdate=false")


class GitError(Exception):
    """git said no; the message is its first line."""


def forget_caller() -> None:
    """Run by a hook or an alias of git, Copier and we would take its repository for ours."""
    for name in FOREIGN:
        os.environ.pop(f"GIT_{name}", None)


def require(what: str, other: str = "") -> None:
    """Refuse where there is no git program."""
    if not shutil.which("git"):
        raise RefusedError(f"{what} needs git, which is not on this machine: install it{other}.")


def attempt(
    *arguments: str, cwd: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run git and say how it ended."""
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    own = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true"}
    return subprocess.run(
        ["git", *settings, *arguments],
        cwd=cwd,
        env=os.environ | own | (environment or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="surrogateescape",
        check=False,
    )


def git(*arguments: str, cwd: Path, environment: dict[str, str] | None = None) -> str:
    """What git answers; an error when it fails."""
    done = attempt(*arguments, cwd=cwd, environment=environment)
    if done.returncode:
        raise GitError(said(done))
    return done.stdout.strip("\n")


def said(done: subprocess.CompletedProcess[str]) -> str:
    """The line in which git says why it failed."""
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no reason given"]
    wrong = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (wrong or lines)[0]


def paths(*arguments: str, cwd: Path) -> list[str]:
    """The paths that a git command answers."""
    command, *rest = arguments
    return [path for path in git(command, "-z", *rest, cwd=cwd).split("\0") if path]


def in_work_tree(folder: Path) -> bool:
    """Whether a folder lies in the work tree of a repository."""
    return attempt("rev-parse", "--is-inside-work-tree", cwd=folder).stdout.strip() == "true"


def first_commit(folder: Path, message: str) -> None:
    """Make a repository of a folder, with all it holds in one commit on `main`."""
    git("init", "--quiet", cwd=folder)
    git("symbolic-ref", "HEAD", "refs/heads/main", cwd=folder)
    # Generated files are wanted even where a person's own settings ignore their kind.
    git("add", "--all", "--force", cwd=folder)
    # No hooks and no signature: a machine wrote it, and a passphrase cannot be asked for here.
    commit = ("commit", "--quiet", "--no-verify", "--no-gpg-sign", "--message", message)
    git(*commit, cwd=folder, environment=_identity(folder))


def _identity(folder: Path) -> dict[str, str]:
    known = [
        attempt("var", f"GIT_{role}_IDENT", cwd=folder).returncode == 0
        for role in ("AUTHOR", "COMMITTER")
    ]
    return {} if all(known) else NOBODY
