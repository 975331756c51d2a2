"""Creates the folder of a project: the complete folder, or nothing."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from ..errors import RefusedError
from ..project_commands import upgrade_command
from ..template.answers_file import read_answers
from ..template.levels import load_levels
from ..temporary_folders import temporary_folder

T = TypeVar("T")


def check_destination(destination: Path) -> None:
    """Refuse a folder in which no project can be created."""
    for folder in (destination, *destination.parents):
        if (level := _find_level(folder)) is not None:
            raise RefusedError(_existing_project(folder, level, folder == destination))
        if folder.exists() and not folder.is_dir():
            raise RefusedError(f"{folder} is a file: name a folder that is new or empty.")
    if destination.is_dir() and any(each.name != ".git" for each in destination.iterdir()):
        raise RefusedError(f"{destination} is not empty: name a folder that is new or empty.")


def find_existing_folder(destination: Path) -> Path:
    """The destination, or the nearest folder above it that exists."""
    return next(folder for folder in (destination, *destination.parents) if folder.is_dir())


def create_folder(destination: Path, fill: Callable[[Path], T]) -> T:
    """Fill a temporary folder with the name of the destination, then move it there."""
    existing = find_existing_folder(destination)
    with (
        _refuse_on_os_error(destination),
        tempfile.TemporaryDirectory(prefix=".mlops-init-", dir=existing) as temporary,
    ):
        folder = Path(temporary, destination.name)
        result = fill(folder)
        if existing == destination:  # it may be the current folder of a shell, so keep it
            _move_content(folder, destination)
        else:
            destination.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(destination)
    return result


def try_folder(destination: Path, fill: Callable[[Path], T]) -> T:
    """Fill a folder that is deleted again; refuse what `create_folder` would refuse."""
    existing = find_existing_folder(destination)
    with _refuse_on_os_error(destination), temporary_folder() as temporary:
        folder = temporary / "project" / destination.name
        result = fill(folder)
        if not os.access(existing, os.W_OK | os.X_OK):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        names = [each.name for each in folder.iterdir()]
        if existing == destination and any(_is_taken(destination / name) for name in names):
            raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY))
    return result


@contextmanager
def _refuse_on_os_error(destination: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise RefusedError(
            f"{destination} cannot be created ({reason}): name another folder."
        ) from error


def _is_taken(path: Path) -> bool:
    """Whether nothing can be renamed to a path; a rename replaces an empty folder."""
    return path.exists() and (not path.is_dir() or any(path.iterdir()))


def _move_content(folder: Path, destination: Path) -> None:
    names = sorted(each.name for each in folder.iterdir())
    try:
        for name in names:
            (folder / name).rename(destination / name)
    except BaseException:
        for path in (destination / name for name in names if not (folder / name).exists()):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        raise


def _find_level(folder: Path) -> int | None:
    try:
        return int(read_answers(folder)["level"])
    except (OSError, RefusedError):
        return None


def _existing_project(folder: Path, level: int, is_destination: bool) -> str:
    subject = "This" if is_destination else str(folder)
    message = f"{subject} is already a project of level {level}"
    if level >= load_levels()[-1].number:
        return f"{message}: name a folder outside it."
    return f"{message}. Upgrade it: {upgrade_command(folder, level + 1)}"
