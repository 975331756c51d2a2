"""Writes each prediction as a JSON line to `var/predictions/`, in a thread of its own."""

import json
import logging
import queue
import threading
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

from ..settings import var
from .records import Records

CLOSE_TIMEOUT = 5.0  # seconds


class PredictionLog:
    """A bounded queue and the thread that writes it, so that no request waits for the disk."""

    def __init__(self, queue_size: int, enabled: bool = True) -> None:
        self.dropped = 0  # predictions that could not be logged
        self._enabled = enabled
        self._queue: queue.Queue[Records | None] = queue.Queue(queue_size)
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def append(self, release: str, version: int, rows: Records, predictions: Records) -> None:
        """Queue the predictions of one request; if the queue is full, drop and count them."""
        if not self._enabled:
            return
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        origin = {"at": at, "release": release, "version": version}
        pairs = zip(rows, predictions, strict=True)
        lines = [{**origin, "row": row, "prediction": each} for row, each in pairs]
        try:
            self._queue.put_nowait(lines)
        except queue.Full:
            self.dropped += len(lines)

    def close(self) -> None:
        """Write what is queued and stop, within a time limit: the disk may hang."""
        with suppress(queue.Full):
            self._queue.put(None, timeout=CLOSE_TIMEOUT)
        self._thread.join(CLOSE_TIMEOUT)

    def _write(self) -> None:
        # One file for each server, so that two of them never write to the same line.
        started = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        file = var("predictions", f"{started}-{uuid4().hex[:8]}.jsonl")
        while (lines := self._queue.get()) is not None:
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                with file.open("a") as opened:
                    opened.writelines(json.dumps(line) + "\n" for line in lines)
            except OSError as error:  # a full disk must not stop the server, nor go unnoticed
                self.dropped += len(lines)
                logging.error("%d predictions are not logged: %s", len(lines), error)
