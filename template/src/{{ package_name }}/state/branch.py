"""The branch that holds the state, by git's plumbing: your own index and branches stay as is."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import InputError
from ..model_files import check_model
from ..runs import read_file
from ..settings import NAME, read_settings, root, var
from ..storage import DamagedFileError, remove, temporary_path
from .settings import Settings

CONFIG = (
    # Files keep their bytes, and nothing on a branch may point out of var/.
    "-c core.autocrlf=false -c core.symlinks=false "
    f"-c user.name={NAME} -c user.email={NAME}@localhost"
).split()


def fetch() -> str:
    """Return the newest commit of the branch; it is empty if there is no branch yet."""
    settings = read_settings(Settings, "state")
    ref = f"refs/heads/{settings.branch}"
    if not git("ls-remote", settings.remote, ref):
        return ""
    # A ref of its own, because git may delete a commit that no ref names.
    git("fetch", "-q", "--no-tags", "--refmap=", settings.remote, f"+{ref}:refs/mlops/state")
    return git("rev-parse", "refs/mlops/state")


def push(folder: Path, parent: str) -> str:
    """Push a folder as the commit after `parent`; return nothing if another one came first."""
    git("add", "--all", "--force", ".", folder=folder)
    tree = git("write-tree", folder=folder)
    if parent and not git("diff-tree", parent, tree):
        return parent
    commit = git("commit-tree", tree, *(["-p", parent] if parent else []), "-m", "State")
    settings = read_settings(Settings, "state")
    try:  # without force: git refuses any commit but the next one
        git("push", "-q", "--no-verify", settings.remote, f"{commit}:refs/heads/{settings.branch}")
    except InputError:
        if fetch() == parent:  # git refuses for another reason
            raise
        return ""
    return commit


@contextmanager
def checkout(on_progress: Callable[[str], None]) -> Iterator[tuple[str, Path]]:
    """Write the newest commit to a temporary folder in var/, except the damaged runs in it."""
    tip = fetch()
    var("state").mkdir(parents=True, exist_ok=True)
    with temporary_path(var("state")) as place:
        (folder := place / "files").mkdir()
        git("read-tree", tip or "--empty", folder=folder)
        git("checkout-index", "--all", folder=folder)
        for name in damaged_runs(folder):
            remove(folder / name)
            on_progress(f"{name} on the branch is damaged and is not taken")
        yield tip, folder


def damaged_runs(folder: Path) -> list[str]:
    """The runs whose model is not the one that was saved, as paths in the folder."""
    saved = sorted(folder.glob("runs/[!.]*"))
    return [f"runs/{each.name}" for each in saved if is_damaged(each)]


def is_damaged(saved: Path) -> bool:
    try:
        run = read_file(saved / "run.json", "")
        check_model(saved / "model.skops", run.model)
    except (DamagedFileError, FileNotFoundError, NotADirectoryError):
        return True
    return run.id != saved.name


def git(*words: str, folder: Path | None = None) -> str:
    """Return the output of git; InputError with git's message if it fails."""
    env, command = os.environ | {"GIT_TERMINAL_PROMPT": "0"}, ["git", *CONFIG, *words]
    if folder:  # an index of its own, because other commands may run at the same time
        env |= {"GIT_INDEX_FILE": str(folder.with_name("index")), "GIT_WORK_TREE": str(folder)}
    try:
        done = subprocess.run(command, cwd=root(), env=env, capture_output=True, text=True)
    except FileNotFoundError:
        raise InputError("git is not installed, and the state is on a git branch") from None
    if done.returncode:
        raise InputError(f"git {words[0]} (conf/state.yml): {' '.join(done.stderr.split())}")
    return done.stdout.strip()
