"""Every prediction as a JSON line in `var/predictions/`, written by a thread, never awaited."""

import json
import logging
import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from ..deployment.release import ReleaseMetadata
from ..settings import var

CLOSE_TIMEOUT = 5.0  # seconds


class PredictionLog:
    """A bounded queue and its writer. What is waiting when the process is killed is lost."""

    def __init__(self, waiting: int, kept: bool = True) -> None:
        self.dropped = 0
        self._kept = kept
        self._queue: queue.Queue[list[dict[str, Any]] | None] = queue.Queue(waiting)
        self._writer = threading.Thread(target=self._write, daemon=True)
        self._writer.start()

    def put(
        self, metadata: ReleaseMetadata, rows: list[Any], answers: list[dict[str, Any]]
    ) -> None:
        """Queue the answers of one request; a full queue counts them instead of waiting."""
        if not self._kept:
            return
        made = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "release": metadata.release,
            "version": metadata.version,
        }
        pairs = zip(rows, answers, strict=True)
        lines = [{**made, "row": row, "answer": answer} for row, answer in pairs]
        try:
            self._queue.put_nowait(lines)
        except queue.Full:
            self.dropped += len(lines)

    def close(self) -> None:
        """Write what is waiting, then end; a writer that hangs is not waited for."""
        with suppress(queue.Full):
            self._queue.put(None, timeout=CLOSE_TIMEOUT)
        self._writer.join(CLOSE_TIMEOUT)

    def _write(self) -> None:
        # One file for each server: two of them never write into one line.
        started = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        file = var("predictions", f"{started}-{uuid4().hex[:8]}.jsonl")
        while (lines := self._queue.get()) is not None:
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                with file.open("a") as opened:
                    opened.writelines(json.dumps(line) + "\n" for line in lines)
            except OSError as error:  # a full disk must not end the server, nor be silent
                self.dropped += len(lines)
                logging.error("%d predictions are not logged: %s", len(lines), error)


def read_log() -> Iterator[dict[str, Any]]:
    """All logged predictions, file by file; a line cut short by a kill is left out."""
    for file in sorted(var("predictions").glob("*.jsonl")):
        yield from complete_lines(file)


def complete_lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open() as lines:
        for line in lines:
            if line.endswith("\n"):
                yield json.loads(line)
