"""Write files and folders that are complete or absent, and read stored records."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from .errors import InputError

Record = TypeVar("Record")
PART = f".{'[0-9a-f]' * 32}.part"  # the hidden name of what is being written


class DamagedFileError(InputError):
    """A stored file is not what the project wrote."""


@contextmanager
def atomic_file(target: Path) -> Iterator[Path]:
    """A hidden file next to `target`, renamed to it when the block ends without an error."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with temporary_path(target.parent, Path.touch) as part:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())  # so that a power cut cannot empty the file
        part.replace(target)


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """The same for a folder. If `target` exists by then, it stays: the first of two equals wins."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with temporary_path(target.parent) as part:
        yield part
        with suppress(OSError):  # another process finished the same result first
            part.rename(target)


@contextmanager
def temporary_path(place: Path, create: Callable[[Path], None] = Path.mkdir) -> Iterator[Path]:
    """A hidden folder or file in a folder; it is removed when the block ends."""
    remove_leftovers(place)
    new = place / f".{uuid4().hex}"
    part = new.with_suffix(".part")
    create(new)
    lock = try_lock(new)
    try:
        new.rename(part)  # locked before it has the name that `remove_leftovers` looks for
        yield part
    finally:
        if lock is not None:
            os.close(lock)
        remove(part)


def remove_leftovers(place: Path, pattern: str = PART) -> None:
    """Remove what killed processes left in a folder: no process holds its lock any more."""
    for left in place.glob(pattern):
        if (lock := try_lock(left)) is not None:
            remove(left)
            os.close(lock)


def try_lock(path: Path) -> int | None:
    """A descriptor that holds the lock of a file or folder, as long as the process lives.

    None if another process holds it, or if there are no such locks here.
    """
    with suppress(ImportError, OSError):  # Windows, a file system without locks, a removed path
        from fcntl import LOCK_EX, LOCK_NB, flock

        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            flock(descriptor, LOCK_EX | LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor
    return None


def remove(path: Path) -> None:
    """Remove a file or folder that may not exist."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def write_json(values: Any, file: Path) -> None:
    """Indented JSON with a newline at the end."""
    file.write_text(json.dumps(values, indent=2) + "\n")


def read_record(record: type[Record], file: Path, remedy: str) -> Record:
    """What a JSON file stores; DamagedFileError with the remedy if it is something else."""
    if file.exists() and not file.is_file():
        raise DamagedFileError(f"{file} is not a file: {remedy}")
    return parse_record(record, file.read_bytes(), str(file), remedy)


def parse_record(record: type[Record], content: str | bytes, source: str, remedy: str) -> Record:
    """The record in a JSON text; fields that the record does not have are ignored."""
    try:
        stored: Record = adapter(record).validate_json(content)  # type: ignore[arg-type]
        return stored
    except ValidationError:
        raise DamagedFileError(f"{source} is damaged: {remedy}") from None


def read_lines(record: type[Record], file: Path, then: str = "") -> list[Record]:
    """The records in a file of JSON lines, oldest first; none without the file.

    DamagedFileError if a line is no record: delete it, `then` do more.
    """
    if not file.exists():
        return []
    if not file.is_file():  # reading a pipe would never end
        raise DamagedFileError(f"{file} is not a file: delete {file}{then}")
    remedy, lines = f"delete the line{then}", enumerate(file.open("rb"), start=1)
    return [parse_record(record, line, f"{file}, line {n}", remedy) for n, line in lines]


def append_line(record: Any, file: Path) -> None:
    """Add a dataclass to a file of JSON lines, which is complete at every moment."""
    before = file.read_text() if file.exists() else ""
    with atomic_file(file) as part:
        part.write_text(f"{before}{json.dumps(asdict(record))}\n")


@cache
def adapter(record: Any) -> TypeAdapter[Any]:
    return TypeAdapter(record)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
