"""Standard input and output in the place of files, written `-`."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from .errors import InputError

STREAM = Path("-")


@contextmanager
def read_stream(source: Path, kind: str) -> Iterator[Path]:
    """The source itself, or a file of what standard input holds: whole, before a row is read."""
    if source != STREAM:
        yield source
        return
    with TemporaryDirectory() as folder:
        file = Path(folder, f"input.{kind}")
        with file.open("wb") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
        try:
            yield file
        except InputError as error:
            raise InputError(str(error).replace(str(file), "standard input")) from None


@contextmanager
def write_stream(target: Path | None, kind: str) -> Iterator[Path | None]:
    """The target itself, or a file that goes to standard output when it is done."""
    if target != STREAM:
        yield target
        return
    with TemporaryDirectory() as folder:
        file = Path(folder, f"output.{kind}")
        yield file
        with file.open("rb") as done:
            shutil.copyfileobj(done, sys.stdout.buffer)
        sys.stdout.buffer.flush()
