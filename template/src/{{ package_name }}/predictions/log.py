"""Writes each prediction as a JSON line to `var/predictions/`, in a thread of its own."""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import zip_longest
from uuid import uuid4

from pydantic import Field
from pydantic_core import to_json

from ..settings import var
from ..spec import FrozenModel
from ..storage import try_lock
from .records import Records

CLOSE_TIMEOUT = 5.0  # seconds


class LogSettings(FrozenModel):
    """How predictions are logged: a part of `conf/serving.yml`."""

    flush_seconds: float = Field(default=0.2, gt=0)
    max_waiting_rows: int = Field(default=100_000, gt=0)
    max_file_bytes: int = Field(default=100_000_000, gt=0)
    max_file_seconds: float = Field(default=3600, gt=0)


class PredictionLog:
    """A bounded queue and the thread that writes it, so that no request waits for the disk."""

    def __init__(
        self,
        settings: LogSettings | None = None,
        enabled: bool = True,
        on_dropped: Callable[[int], None] = lambda rows: None,
        folder: str = "predictions",
        field: str = "prediction",
    ) -> None:
        self.dropped = 0  # predictions that could not be logged
        self._settings = settings or LogSettings()
        self._enabled, self._on_dropped = enabled, on_dropped
        self._waiting: deque[bytes] = deque()
        self._closed = threading.Event()
        self._file = LogFile(self._settings, folder)
        self._field = field  # another one for predictions that no client got
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def append(
        self,
        release: str,
        version: int,
        rows: Records,
        predictions: Records,
        out_of_range: Sequence[list[str]] = (),
    ) -> None:
        """Queue predictions with their rows; if too many wait, drop and count them.

        `out_of_range` names the columns of each row with a number outside its declared range.
        """
        if not self._enabled:
            return
        if len(self._waiting) + len(rows) > self._settings.max_waiting_rows:
            self._drop(len(rows))
            return
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        origin = {"at": at, "release": release, "version": version}
        # Encoded here, because a thread that encodes takes the interpreter from the requests.
        for row, prediction, names in zip_longest(rows, predictions, out_of_range):
            flags = {"out_of_range": names} if names else {}
            line = to_json(origin | flags | {"row": row, self._field: prediction})
            self._waiting.append(line + b"\n")

    def close(self) -> None:
        """Write what is queued and stop, within a time limit: the disk may hang."""
        self._closed.set()
        self._thread.join(CLOSE_TIMEOUT)

    def _run(self) -> None:
        while not self._closed.wait(self._settings.flush_seconds):
            self._flush()
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        self._file.close_if_complete()
        lines = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if not lines:
            return
        try:
            self._file.write(b"".join(lines))
        except OSError as error:  # a full disk must not stop the server, nor go unnoticed
            self._drop(len(lines))
            logging.error("%d predictions are not logged: %s", len(lines), error)

    def _drop(self, rows: int) -> None:
        self.dropped += rows
        self._on_dropped(rows)


class LogFile:
    """The file that is written now. Each server writes its own files, so no line is torn.

    A file is locked as long as lines may follow, and has the lines of one day: complete files of
    days that are over are compacted.
    """

    def __init__(self, settings: LogSettings, folder: str) -> None:
        self._settings, self._folder = settings, folder
        self._file: int | None = None
        self._lock: int | None = None
        self._day = ""
        self._opened, self._bytes = 0.0, 0

    def write(self, content: bytes) -> None:
        """Append lines. After an error the next ones go to another file.

        The file of the error may end with half a line, which the reader skips.
        """
        try:
            file, rest = self._open(), memoryview(content)
            while rest:
                rest = rest[os.write(file, rest) :]
        except OSError:
            self.close()
            raise
        self._bytes += len(content)

    def _open(self) -> int:
        self.close_if_complete()
        if self._file is not None:
            return self._file
        folder, now = var(self._folder), datetime.now(UTC)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:8]}.jsonl"
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._lock = try_lock(path)
        self._opened, self._bytes, self._day = time.monotonic(), 0, f"{now:%Y%m%d}"
        return self._file

    def close_if_complete(self) -> None:
        """Close a file that is large or old enough, of a day that is over, or deleted by a user."""
        if self._file is None:
            return
        is_old = time.monotonic() - self._opened > self._settings.max_file_seconds
        is_large = self._bytes >= self._settings.max_file_bytes
        is_over = f"{datetime.now(UTC):%Y%m%d}" != self._day
        if is_old or is_large or is_over or os.fstat(self._file).st_nlink == 0:
            self.close()

    def close(self) -> None:
        for descriptor in (self._file, self._lock):
            if descriptor is not None:
                with suppress(OSError):
                    os.close(descriptor)
        self._file = self._lock = None
