"""Runs git, whatever the environment and the settings of the person say."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import RefusedError

NOBODY = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "mlops-init"), ("EMAIL", "mlops-init@localhost"))
}
FOREIGN = ("DIR", "WORK_TREE", "INDEX_FILE", "PREFIX", "OBJECT_DIRECTORY", "COMMON_DIR")
SETTINGS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.safecrlf=false",
    "diff.renames=true",
    "merge.directoryRenames=true",
    "merge.renames=true",
)


class GitError(Exception):
    """git said no; the message is its first line."""


@dataclass(frozen=True)
class Done:
    """How git ended, and what it printed; `raw` is `out` before it was read as text."""

    status: int
    out: str
    err: str
    raw: bytes


def forget_caller() -> None:
    """Run by a hook or an alias of git, Copier and we would take its repository for ours."""
    for name in FOREIGN:
        os.environ.pop(f"GIT_{name}", None)


def require(what: str, other: str = "") -> None:
    """Refuse where there is no git program."""
    if not shutil.which("git"):
        raise RefusedError(f"{what} needs git, which is not on this machine: install it{other}.")


def attempt(
    *arguments: str, cwd: Path, environment: Mapping[str, str] | None = None, given: bytes = b""
) -> Done:
    """Run git, tell it what is given, and say how it ended."""
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    own = {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_EDITOR": "true",
        "GIT_OPTIONAL_LOCKS": "0",
    }
    done = subprocess.run(
        ["git", *settings, *arguments],
        cwd=cwd,
        env=os.environ | own | dict(environment or {}),
        input=given,
        capture_output=True,
        check=False,
        close_fds=False,  # git holds our lock too: while it runs on without us, nobody else may
    )
    return Done(done.returncode, _text(done.stdout), _text(done.stderr), done.stdout)


def _text(printed: bytes) -> str:
    return printed.decode("utf-8", "surrogateescape")


def git(
    *arguments: str, cwd: Path, environment: Mapping[str, str] | None = None, given: bytes = b""
) -> str:
    """What git answers; an error when it fails."""
    done = attempt(*arguments, cwd=cwd, environment=environment, given=given)
    if done.status:
        raise GitError(said(done))
    return done.out.strip("\n")


def said(done: Done) -> str:
    """The line in which git says why it failed."""
    lines = (done.err.strip() or done.out.strip()).splitlines() or ["no reason given"]
    wrong = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (wrong or lines)[0]


def paths(*arguments: str, cwd: Path, environment: Mapping[str, str] | None = None) -> list[str]:
    """The paths, or the records, that a git command answers."""
    command, *rest = arguments
    answer = git(command, "-z", *rest, cwd=cwd, environment=environment)
    return [path for path in answer.split("\0") if path]


def in_work_tree(folder: Path) -> bool:
    """Whether a folder lies in the work tree of a repository."""
    return attempt("rev-parse", "--is-inside-work-tree", cwd=folder).out.strip() == "true"


def inside(folder: Path) -> str:
    """How far a folder lies inside its repository, as in `work/churn/`; nothing at its top."""
    return attempt("rev-parse", "--show-prefix", cwd=folder).out.rstrip("\n")


def first_commit(folder: Path, message: str) -> None:
    """Make a repository of a folder, with all it holds in one commit on `main`."""
    git("init", "--quiet", cwd=folder)
    git("symbolic-ref", "HEAD", "refs/heads/main", cwd=folder)
    # Generated files are wanted even where a person's own settings ignore their kind.
    git("add", "--all", "--force", cwd=folder)
    # No hooks and no signature: a machine wrote it, and a passphrase cannot be asked for here.
    commit = ("commit", "--quiet", "--no-verify", "--no-gpg-sign", "--message", message)
    git(*commit, cwd=folder, environment=_identity(folder))


def next_commit(folder: Path, message: str) -> None:
    """Commit what has changed in a repository that `first_commit` made."""
    git("add", "--all", cwd=folder)
    commit = ("commit", "--quiet", "--no-verify", "--no-gpg-sign", "--message", message)
    git(*commit, cwd=folder, environment=_identity(folder))


def _identity(folder: Path) -> dict[str, str]:
    known = [
        attempt("var", f"GIT_{role}_IDENT", cwd=folder).status == 0
        for role in ("AUTHOR", "COMMITTER")
    ]
    return {} if all(known) else NOBODY
