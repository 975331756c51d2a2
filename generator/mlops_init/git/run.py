"""Runs git independently of the user's environment and settings."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import RefusedError

# git sets these for hooks and aliases; they name the repository of the caller.
CALLER_VARIABLES = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
)
FOREIGN_REPOSITORY = re.compile(
    r"^fatal: detected dubious ownership in repository at '(.*)'$", re.M
)
SETTINGS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.safecrlf=false",
    "diff.renames=true",
    "merge.directoryRenames=true",
    "merge.renames=true",
)


class GitError(Exception):
    """git failed; the message is the line in which it says why."""


@dataclass(frozen=True)
class GitResult:
    """The exit status of git and its output; `raw` is `out` before it was decoded."""

    status: int
    out: str
    err: str
    raw: bytes

    @property
    def error_message(self) -> str:
        """The line in which git says why it failed."""
        lines = (self.err.strip() or self.out.strip()).splitlines() or ["no reason given"]
        errors = [line for line in lines if line.startswith(("fatal:", "error:"))]
        return (errors or lines)[0]


def clear_caller_environment() -> None:
    """Ignore the repository of a git hook or alias that started this process."""
    for name in CALLER_VARIABLES:
        os.environ.pop(name, None)


def require_git(purpose: str, alternative: str = "") -> None:
    """Refuse a machine without git."""
    if not shutil.which("git"):
        raise RefusedError(
            f"{purpose} needs git, which is not on this machine: install it{alternative}."
        )


def attempt(
    *arguments: str, cwd: Path, environment: Mapping[str, str] | None = None, stdin: bytes = b""
) -> GitResult:
    """Run git and return its result, whether it succeeds or fails."""
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    variables = {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_EDITOR": "true",
        "GIT_OPTIONAL_LOCKS": "0",
    }
    process = subprocess.run(
        ["git", *settings, *arguments],
        cwd=cwd,
        env=os.environ | variables | dict(environment or {}),
        input=stdin,
        capture_output=True,
        check=False,
        close_fds=False,  # git inherits the upgrade lock and holds it even if we are killed
    )
    result = GitResult(
        process.returncode, _decode(process.stdout), _decode(process.stderr), process.stdout
    )
    if result.status and (owned := FOREIGN_REPOSITORY.search(result.err)):
        raise RefusedError(
            f"git does not read {owned[1]}, because another user owns it: if you trust it, "
            f"git config --global --add safe.directory {shlex.quote(owned[1])}"
        )
    return result


def _decode(output: bytes) -> str:
    return output.decode("utf-8", "surrogateescape")


def git(
    *arguments: str, cwd: Path, environment: Mapping[str, str] | None = None, stdin: bytes = b""
) -> str:
    """Run git and return its output; raise GitError if it fails."""
    result = attempt(*arguments, cwd=cwd, environment=environment, stdin=stdin)
    if result.status:
        raise GitError(result.error_message)
    return result.out.strip("\n")


def git_records(
    *arguments: str, cwd: Path, environment: Mapping[str, str] | None = None
) -> list[str]:
    """Run a git command that supports `-z` and return its records, for example paths."""
    command, *rest = arguments
    output = git(command, "-z", *rest, cwd=cwd, environment=environment)
    return [record for record in output.split("\0") if record]
