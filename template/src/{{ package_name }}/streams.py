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
def use_files(source: Path, target: Path | None, kind: str) -> Iterator[tuple[Path, Path | None]]:
    """The two paths, with a temporary file in the place of each that is a stream."""
    with TemporaryDirectory() as folder:
        stdin, stdout = Path(folder, f"input.{kind}"), Path(folder, f"output.{kind}")
        if source == STREAM:  # all of it, before the first row is parsed
            with stdin.open("wb") as copy:
                shutil.copyfileobj(sys.stdin.buffer, copy)
        try:
            yield (
                stdin if source == STREAM else source,
                stdout if target == STREAM else target,
            )
        except InputError as error:
            raise InputError(str(error).replace(str(stdin), "standard input")) from None
        if target == STREAM:
            with stdout.open("rb") as predictions:
                shutil.copyfileobj(predictions, sys.stdout.buffer)
            sys.stdout.buffer.flush()
