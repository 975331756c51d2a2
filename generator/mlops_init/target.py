"""The folder a project is made in: what forbids it, and all of a project or nothing."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import yaml

from .errors import RefusedError
from .levels import levels
from .project import ANSWERS, is_ours


def check(target: Path) -> None:
    """Refuse a folder in which no project can be made."""
    for folder in (target, *target.parents):
        if (answers := _answers(folder)) is not None:
            raise RefusedError(_already(folder, answers["level"], folder == target))
        if folder.exists() and not folder.is_dir():
            raise RefusedError(f"{folder} is a file: name a folder that is new or empty.")
    if target.is_dir() and any(target.iterdir()):
        raise RefusedError(f"{target} is not empty: name a folder that is new or empty.")


def standing(target: Path) -> Path:
    """The nearest folder that exists: the target itself, or one above it."""
    return next(folder for folder in (target, *target.parents) if folder.is_dir())


def make(target: Path, fill: Callable[[Path], None]) -> None:
    """Fill a folder of the target's name beside it, then put it in its place."""
    place = standing(target)
    try:
        with tempfile.TemporaryDirectory(prefix=".mlops-init-", dir=place) as scratch:
            made = Path(scratch, target.name)
            fill(made)
            if place == target:  # the folder a person may stand in keeps its identity
                _move_inside(made, target)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                made.rename(target)
    except OSError as error:
        why = error.strerror or error
        raise RefusedError(f"{target} cannot be made ({why}): name another folder.") from error


def _move_inside(made: Path, target: Path) -> None:
    moved: list[Path] = []
    try:
        for each in sorted(made.iterdir()):
            moved.append(target / each.name)
            each.rename(target / each.name)
    except BaseException:
        for each in moved:
            shutil.rmtree(each) if each.is_dir() else each.unlink(missing_ok=True)
        raise


def _answers(folder: Path) -> dict[str, int] | None:
    try:
        found = yaml.safe_load((folder / ANSWERS).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return None
    return found if is_ours(found) else None


def _already(folder: Path, number: int, itself: bool) -> str:
    subject = "This" if itself else str(folder)
    if number >= levels()[-1].number:
        return f"{subject} is a level {number} project already: name a folder outside it."
    path = os.path.relpath(folder)
    command = f"mlops-init upgrade{'' if path == '.' else f' {path}'} --level {number + 1}"
    return f"{subject} is a level {number} project already: {command}"
