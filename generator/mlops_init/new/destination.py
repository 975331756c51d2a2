"""Creates the folder of a project: the complete folder, or nothing."""

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from ..errors import RefusedError
from ..git.files import has_same_content
from ..project_commands import upgrade_command
from ..template.answers_file import read_answers
from ..template.levels import load_levels
from ..temporary_folders import temporary_folder
from .existing_files import COMBINED

VALID_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 _-]*")  # of a project, as copier.yml demands
T = TypeVar("T")


class ExistingProjectError(RefusedError):
    """The folder is in a project, which can be upgraded."""


def check_destination(destination: Path) -> None:
    """Refuse a folder in which no project can be created, whatever files the project has."""
    for folder in (destination, *destination.parents):
        if (level := _find_level(folder)) is not None:
            raise ExistingProjectError(_existing_project(folder, level, folder == destination))
        if folder.exists() and not folder.is_dir():
            raise RefusedError(f"{folder} is a file: name a folder.")


def check_new_name(destination: Path) -> None:
    """Refuse a new folder whose name cannot be the name of a project."""
    if not destination.exists() and not VALID_NAME.fullmatch(destination.name):
        raise RefusedError(
            "use letters, digits, spaces, - and _, starting with a letter, "
            f'not "{destination.name}".'
        )


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
        folder = Path(temporary, "project", destination.name)
        folder.parent.mkdir()
        result = fill(folder)
        if existing == destination:  # it may contain files, or be the current folder of a shell
            _move_content(folder, destination, Path(temporary, "replaced"))
        else:
            destination.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(destination)
    return result


def try_folder(destination: Path, fill: Callable[[Path], T]) -> T:
    """Fill a folder that is deleted again; refuse what `create_folder` would refuse."""
    existing = find_existing_folder(destination)
    with _refuse_on_os_error(destination), temporary_folder() as temporary:
        result = fill(temporary / "project" / destination.name)
        if not os.access(existing, os.W_OK | os.X_OK):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
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


def _move_content(folder: Path, destination: Path, replaced: Path) -> None:
    """Move all files; on an error, restore what was there before."""
    moved: list[tuple[Path, Path | None]] = []  # a path, and what it replaced
    try:
        _move_into(folder, destination, replaced, moved)
    except BaseException:
        for path, before in reversed(moved):
            if before:
                before.replace(path)
            elif path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        raise


def _move_into(
    folder: Path, destination: Path, replaced: Path, moved: list[tuple[Path, Path | None]]
) -> None:
    replaced.mkdir()
    for source in sorted(folder.iterdir()):
        target = destination / source.name
        if source.is_dir() and target.is_dir():
            _move_into(source, target, replaced / source.name, moved)
            continue
        before = None
        if os.path.lexists(target):
            if source.name not in COMBINED and not has_same_content(source, target):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))  # since the check
            before = replaced / f"{source.name}.before"
            shutil.copy2(target, before)
        moved.append((target, before))
        source.replace(target)


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
