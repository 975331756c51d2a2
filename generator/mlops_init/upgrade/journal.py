"""The journal of an upgrade: all it takes to undo it, at whatever moment it was killed.

It lies in the git directory, whole or absent, from before the first change until its owner commits:

    record.json    the commit it started from, the files it touches, the folders there were
    before/        those files as they were
    after/         the same files as they shall be
    index.before   the index as it was, and index.after as it shall be
    token          a second name of index.lock, while that is ours
    swept/         compiled Python of folders that go
    staged         there when all is done
"""

import filecmp
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from ..errors import RefusedError
from ..git.repository import Repository, at_work
from ..git.repository import head as head_of

COMPILED = "__pycache__"
MESSAGE = "MERGE_MSG"
BESIDE = ".mlops-init.new"  # a file that is being written, then renamed
PATIENCE = 5.0  # seconds: a git that a killed upgrade left behind needs less


@contextmanager
def alone(repository: Repository) -> Iterator[None]:
    """Hold the lock of upgrades; what git does for us holds it too, as long as it lives."""
    with (repository.git_dir / "mlops-init.lock").open("a") as lock:
        os.set_inheritable(lock.fileno(), True)
        end = time.monotonic() + PATIENCE
        while not locked(lock):
            if time.monotonic() > end:
                raise RefusedError(f"Another upgrade is at work in {repository.top}: wait for it.")
            time.sleep(0.05)
        yield


def locked(file: IO[str]) -> bool:
    """Lock an open file, if nobody else has."""
    import portalocker

    try:
        portalocker.lock(file, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)
    except portalocker.LockException:
        return False
    return True


@dataclass(frozen=True)
class Journal:
    """The journal of a work tree; there may be none."""

    repository: Repository

    @property
    def folder(self) -> Path:
        """Where it lies, or would."""
        return self.repository.git_dir / "mlops-init"

    @property
    def exists(self) -> bool:
        """Whether an upgrade was begun, and neither taken back nor forgotten."""
        return self.folder.is_dir()

    @property
    def staged(self) -> bool:
        """Whether that upgrade came to its end."""
        return (self.folder / "staged").exists()

    @cached_property
    def record(self) -> dict[str, Any]:
        """The commit, the project, the files and the folders it is about."""
        return dict(json.loads((self.folder / "record.json").read_text(encoding="utf-8")))

    @property
    def moved_on(self) -> bool:
        """Whether its owner has committed, or gone elsewhere, since."""
        return bool(head_of(self.repository) != self.record["head"])

    @property
    def pending(self) -> bool:
        """Whether what an upgrade did still lies there, neither committed nor thrown away."""
        if not self.exists or self.moved_on:
            return False
        top, before, after = self.repository.top, self.folder / "before", self.folder / "after"
        return any(
            same(top / path, after / path) and not same(before / path, after / path)
            for path in self.record["touched"]
        )

    def lock_index(self) -> None:
        """Keep other git commands from the index; a lock that is not ours is left alone."""
        token, lock = self.folder / "token", self.repository.index_lock
        try:
            os.link(token, lock)
        except FileExistsError:
            if not lock.samefile(token):
                raise RefusedError(at_work(self.repository)) from None

    def install(self, name: str, target: str) -> None:
        """Put a file of the journal where git keeps it; none there, none here."""
        source, place = self.folder / name, self.repository.git_dir / target
        if source.exists():
            shutil.copy2(source, self.folder / "beside")
            (self.folder / "beside").replace(place)
        else:
            place.unlink(missing_ok=True)

    def discard(self) -> None:
        """Forget it, and what one that never began has left behind."""
        gone = self.folder.with_suffix(".old")
        shutil.rmtree(gone, ignore_errors=True)
        if self.exists:
            self.folder.rename(gone)
        for left in (gone, self.folder.with_suffix(".new")):
            shutil.rmtree(left, ignore_errors=True)

    def undo(self) -> list[Path]:
        """Bring the state before back, then forget it; gives what was set aside for its owner."""
        self.lock_index()
        (self.folder / "staged").unlink(missing_ok=True)  # from here on it is half-way again
        top, touched = self.repository.top, self.record["touched"]
        kept = self._set_aside()
        was = [path for path in touched if is_kept(self.folder / "before" / path)]
        for path in touched:
            if path not in was:
                put(self.folder / "before" / path, top / path)
        self._leave_folders()
        for path in was:
            if (top / path).is_dir() and not (top / path).is_symlink():  # not empty: somebody's
                kept.append(self._move_aside(path))
            put(self.folder / "before" / path, top / path)
        self._unsweep()
        for folder in self.record["folders"]:
            (top / folder).mkdir(parents=True, exist_ok=True)
        self.install("index.before", "index")
        self.install("message.before", MESSAGE)
        self.repository.index_lock.unlink()
        self.discard()
        return kept

    def _set_aside(self) -> list[Path]:
        """Files that are neither as they were nor as we made them: somebody's work since."""
        top, kept = self.repository.top, []
        ours = parents(self.record["touched"])  # a folder may have come where a file was
        for path in self.record["touched"]:
            known = (self.folder / "before" / path, self.folder / "after" / path)
            is_ours = path in ours and (top / path).is_dir() and not (top / path).is_symlink()
            if not is_ours and not any(same(top / path, each) for each in known):
                kept.append(self._move_aside(path))
        return kept

    def _move_aside(self, path: str) -> Path:
        aside = self.folder.with_name("mlops-init-kept") / time.strftime("%Y%m%dT%H%M%S")
        (aside / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(self.repository.top / path, aside / path)
        return aside / path

    def _unsweep(self) -> None:
        swept = self.folder / "swept"
        for compiled in sorted(swept.rglob(COMPILED)):
            place = self.repository.top / compiled.relative_to(swept)
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                compiled.rename(place)

    def _leave_folders(self) -> None:
        """Take away the folders that were not there, and what was being written in any."""
        top, known = self.repository.top, self.record["folders"]
        for folder in parents(self.record["touched"], deepest_first=True):
            with suppress(NotADirectoryError):  # a file is there again
                (top / folder / BESIDE).unlink(missing_ok=True)
            if folder not in known:
                if compiled_only(top / folder):
                    shutil.rmtree(top / folder)
                with suppress(OSError):  # not empty: its owner's
                    (top / folder).rmdir()


def put(source: Path, target: Path) -> None:
    """Make a target what its source is, at one stroke; no source, no target."""
    if not is_kept(source):
        with suppress(NotADirectoryError):  # then there is no such target either
            target.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(BESIDE)
    beside.unlink(missing_ok=True)
    shutil.copy2(source, beside, follow_symlinks=False)
    beside.replace(target)


def is_kept(path: Path) -> bool:
    """Whether a journal has a file or a link there; its folders only hold others."""
    return path.is_symlink() or path.is_file()


def same(one: Path, other: Path) -> bool:
    """Whether a path holds what a journal has: nothing, the same link, or the same bytes."""
    if not os.path.lexists(one) or not is_kept(other):
        return os.path.lexists(one) == is_kept(other)
    if one.is_symlink() or other.is_symlink():
        return one.is_symlink() and other.is_symlink() and one.readlink() == other.readlink()
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def parents(paths: list[str], deepest_first: bool = False) -> list[str]:
    """Every folder above these paths, as git writes it, the top itself aside."""
    found = {folder.as_posix() for path in paths for folder in Path(path).parents[:-1]}
    return sorted(found, key=lambda folder: folder.count("/"), reverse=deepest_first)


def compiled_only(folder: Path) -> bool:
    """Whether a folder holds nothing but compiled Python: it could still be imported."""
    return folder.is_dir() and [each.name for each in folder.iterdir()] == [COMPILED]
