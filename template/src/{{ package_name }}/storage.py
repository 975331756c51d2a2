"""Write files and folders that are complete or absent, and read stored records."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

Record = TypeVar("Record")


@contextmanager
def atomic_file(target: Path) -> Iterator[Path]:
    """A hidden path next to `target`, renamed to it when the block ends without an error."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{uuid4().hex}.part")
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())  # so that a power cut cannot empty the file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """The same for a folder. If `target` exists by then, it stays: the first of two equals wins."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{uuid4().hex}.part")
    part.mkdir()
    try:
        yield part
        with suppress(OSError):  # another process finished the same result first
            part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def write_json(values: Any, file: Path) -> None:
    """Indented JSON with a newline at the end."""
    file.write_text(json.dumps(values, indent=2) + "\n")


def from_stored(record: type[Record], stored: dict[str, Any]) -> Record:
    """A stored record as a dataclass; fields that the class does not have are ignored."""
    names = {known.name for known in fields(record)}  # type: ignore[arg-type]
    return record(**{name: value for name, value in stored.items() if name in names})


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
