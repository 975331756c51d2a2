"""Runs mlops-init in this process, and git as in a shell."""

import os
import shutil
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEVELS = range(5)
NOT_OURS = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "dist", "uv.lock")


@dataclass(frozen=True)
class CommandResult:
    """The exit status of a command, and what it printed."""

    status: int
    out: str
    err: str


def run_cli(*words: object, cwd: Path | None = None) -> CommandResult:
    """Run mlops-init in this process."""
    from mlops_init.cli import main

    out, err = StringIO(), StringIO()
    argv = ["mlops-init", *map(str, words)]
    with (
        chdir(cwd or Path.cwd()),
        redirect_stdout(out),
        redirect_stderr(err),
        patch.object(sys, "argv", argv),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    return CommandResult(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def run_git(*words: str, cwd: Path) -> str:
    """What git prints; it must succeed."""
    done = subprocess.run(["git", *words], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"git {' '.join(words)}: {done.stderr}"
    return done.stdout


def commit(project: Path) -> None:
    """Commit all files, ignored ones too, except the installed libraries."""
    run_git("add", "--all", "--force", "--", ".", ":(exclude).venv", cwd=project)
    run_git("commit", "--quiet", "--message", "Mine", cwd=project)


def upgrade_cleanly(project: Path, level: int) -> None:
    """Upgrade a project without conflicts: the whole result is staged."""
    result = run_cli("upgrade", "--level", level, cwd=project)
    assert result.status == 0, result
    assert run_git("diff", "--name-only", cwd=project) == ""


def contents(folder: Path) -> dict[str, tuple[bool, bytes]]:
    """path -> whether the file is executable, and its bytes; the files of git are left out."""
    return {
        path.relative_to(folder).as_posix(): (os.access(path, os.X_OK), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def folders(project: Path) -> set[str]:
    """Every folder of a project, except those of git."""
    paths = (path.relative_to(project) for path in project.rglob("*") if path.is_dir())
    return {path.as_posix() for path in paths if ".git" not in path.parts}
