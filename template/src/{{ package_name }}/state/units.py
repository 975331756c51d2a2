"""What travels: finished folders of var/, which never change, and files, which only grow."""

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from .. import storage
from ..errors import InputError
from ..runs import Run
from ..settings import read_settings, var
from . import branch
from .settings import Settings

RUNS = "runs"


def here() -> list[str]:
    """What this machine has, as paths in var/."""
    return [name(path) for path in inside(var())]


def ordered(folder: Path) -> list[str]:
    """What is laid out; files last, since a pointer names what must be there before it."""
    return [name(path) for path in sorted(inside(folder), key=lambda path: path.is_file())]


def inside(folder: Path) -> list[Path]:
    found = (
        p for each in read_settings(Settings, "state").carried for p in folder.glob(f"{each}/[!.]*")
    )
    return sorted(path for path in found if path.suffix != ".part")


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def named(files: Iterable[str]) -> set[str]:
    """The same of the paths of files."""
    return {"/".join(file.split("/")[:2]) for file in files}


def is_run(unit: str) -> bool:
    return unit.startswith(f"{RUNS}/")


def grew(old: bytes, new: bytes) -> bool:
    """Whether `new` is `old` and more."""
    return new.startswith(old) and new != old


def parted(old: bytes, new: bytes) -> bool:
    """Whether neither is the beginning of the other: both went on."""
    return not (new.startswith(old) or old.startswith(new))


def same(one: Path, other: Path) -> bool:
    return files_of(one) == files_of(other)


def files_of(unit: Path) -> dict[str, bytes]:
    return {path.relative_to(unit).as_posix(): path.read_bytes() for path in travelling(unit)}


def travelling(unit: Path) -> list[Path]:
    """The files of a unit that go along."""
    left = read_settings(Settings, "state").left_out
    found = [unit] if unit.is_file() else sorted(p for p in unit.rglob("*") if p.is_file())
    return [path for path in found if not any(path.match(pattern) for pattern in left)]


def take(found: Path, unit: str) -> None:
    """Move what is laid out to its place in var/."""
    var(unit).parent.mkdir(parents=True, exist_ok=True)
    (found / unit).replace(var(unit))


def put_aside(unit: str, away: Path, *, leave: bool = True) -> list[str]:
    """Keep what stands in var/ elsewhere. `leave`: a file stays until it is replaced."""
    old, kept = var(unit), away / unit
    if not old.exists():
        return []
    kept.parent.mkdir(parents=True, exist_ok=True)
    if leave and old.is_file():
        shutil.copy2(old, kept)
    else:
        old.rename(kept)
    return [unit]


@contextmanager
def laid_out(commit: str) -> Iterator[Path]:
    """The files of a commit, checked before anything here is touched."""
    folder = var("state", f"{uuid4().hex}.part")
    folder.mkdir(parents=True)
    try:
        branch.lay_out(commit, folder)
        for file in folder.glob(f"{RUNS}/*/run.json"):
            check(
                storage.from_stored(Run, json.loads(file.read_text())),
                file.with_name("model.skops"),
            )
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check(run: Run, model: Path) -> None:
    if not model.is_file() or storage.sha256(model.read_bytes()) != run.model:
        raise InputError(
            f"{RUNS}/{run.id}/{model.name} on the branch is not the model that was saved: nothing "
            "is taken in; put the branch back to a commit before it was changed"
        )
