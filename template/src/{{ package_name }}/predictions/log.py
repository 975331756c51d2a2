"""Writes each prediction as a JSON line to `var/predictions/`, in a thread of its own."""

import logging
import os
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import zip_longest
from uuid import uuid4

from pydantic_core import to_json

from ..settings import var
from .records import Records

CLOSE_TIMEOUT = 5.0  # seconds
BATCH_REQUESTS = 1000  # written at once, at most


class PredictionLog:
    """A bounded queue and the thread that writes it, so that no request waits for the disk."""

    def __init__(
        self,
        queue_size: int,
        enabled: bool = True,
        on_dropped: Callable[[int], None] = lambda rows: None,
    ) -> None:
        self.dropped = 0  # predictions that could not be logged
        self._on_dropped = on_dropped
        self._enabled = enabled
        self._queue: queue.Queue[list[bytes] | None] = queue.Queue(queue_size)
        self._file: int | None = None
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
        """Queue predictions with their rows; if the queue is full, drop and count them.

        `out_of_range` names the columns of each row with a number outside its declared range.
        """
        if not self._enabled:
            return
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        origin = {"at": at, "release": release, "version": version}
        lines = []
        # Encoded here, because a thread that encodes takes the interpreter from the requests.
        for row, prediction, names in zip_longest(rows, predictions, out_of_range):
            flags = {"out_of_range": names} if names else {}
            lines.append(to_json(origin | flags | {"row": row, "prediction": prediction}) + b"\n")
        try:
            self._queue.put_nowait(lines)
        except queue.Full:
            self._drop(lines)

    def close(self) -> None:
        """Write what is queued and stop, within a time limit: the disk may hang."""
        with suppress(queue.Full):
            self._queue.put(None, timeout=CLOSE_TIMEOUT)
        self._thread.join(CLOSE_TIMEOUT)

    def _run(self) -> None:
        running = True
        while running:
            batch = [self._queue.get()]
            with suppress(queue.Empty):
                while len(batch) < BATCH_REQUESTS:
                    batch.append(self._queue.get_nowait())
            running = None not in batch
            if lines := [line for request in batch for line in request or []]:
                self._write(lines)
        self._close_file()

    def _write(self, lines: list[bytes]) -> None:
        try:
            file = self._open_file()
            rest = memoryview(b"".join(lines))
            while rest:
                rest = rest[os.write(file, rest) :]
        except OSError as error:  # a full disk must not stop the server, nor go unnoticed
            # The next line goes to another file, because this one may end with half a line.
            self._close_file()
            self._drop(lines)
            logging.error("%d predictions are not logged: %s", len(lines), error)

    def _drop(self, lines: list[bytes]) -> None:
        self.dropped += len(lines)
        self._on_dropped(len(lines))

    def _open_file(self) -> int:
        """The open file, or a new one if there is none or somebody has deleted it."""
        if self._file is not None and os.fstat(self._file).st_nlink:
            return self._file
        self._close_file()
        # Each server writes its own file, so that two of them never write to the same line.
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:8]}.jsonl"
        folder = var("predictions")
        folder.mkdir(parents=True, exist_ok=True)
        self._file = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        return self._file

    def _close_file(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                os.close(self._file)
        self._file = None
