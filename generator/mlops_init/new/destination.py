"""The folder a project is made in: what forbids it, and all of a project or nothing."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import RefusedError
from ..template.levels import levels
from ..template.render import raising, read_answers, scratch


def check(target: Path) -> None:
    """Refuse a folder in which no project can be made."""
    for folder in (target, *target.parents):
        if (number := _level_of(folder)) is not None:
            raise RefusedError(_already(folder, number, folder == target))
        if folder.exists() and not folder.is_dir():
            raise RefusedError(f"{folder} is a file: name a folder that is new or empty.")
    if target.is_dir() and any(each.name != ".git" for each in target.iterdir()):
        raise RefusedError(f"{target} is not empty: name a folder that is new or empty.")


def standing(target: Path) -> Path:
    """The nearest folder that exists: the target itself, or one above it."""
    return next(folder for folder in (target, *target.parents) if folder.is_dir())


def make(target: Path, fill: Callable[[Path], None]) -> None:
    """Fill a folder of the target's name beside it, then put it in its place."""
    place = standing(target)
    with (
        _sentence(target),
        tempfile.TemporaryDirectory(prefix=".mlops-init-", dir=place) as beside,
    ):
        made = Path(beside, target.name)
        fill(made)
        if place == target:  # the folder a person may stand in keeps its identity
            _move_inside(made, target)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.rename(target)


def rehearse(target: Path, fill: Callable[[Path], None]) -> None:
    """Fill a folder elsewhere, which goes again; refuse what `make` would refuse."""
    place = standing(target)
    with _sentence(target), scratch() as elsewhere:
        made = elsewhere / "made" / target.name
        fill(made)
        if not os.access(place, os.W_OK | os.X_OK):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        if place == target and any(_taken(target / each.name) for each in made.iterdir()):
            raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY))


@contextmanager
def _sentence(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise RefusedError(f"{target} cannot be made ({why}): name another folder.") from error


def _taken(place: Path) -> bool:
    """Whether nothing can be renamed to a place; an empty folder would make way."""
    return place.exists() and (not place.is_dir() or any(place.iterdir()))


def _move_inside(made: Path, target: Path) -> None:
    names = sorted(each.name for each in made.iterdir())
    try:
        for name in names:
            (made / name).rename(target / name)
    except BaseException:
        for each in (target / name for name in names if not (made / name).exists()):
            shutil.rmtree(each) if each.is_dir() else each.unlink(missing_ok=True)
        raise


def _level_of(folder: Path) -> int | None:
    try:
        return int(read_answers(folder)["level"])
    except (OSError, RefusedError):
        return None


def _already(folder: Path, number: int, itself: bool) -> str:
    subject = "This" if itself else str(folder)
    if number >= levels()[-1].number:
        return f"{subject} is a level {number} project already: name a folder outside it."
    return f"{subject} is a level {number} project already: {raising(folder, number + 1)}"
