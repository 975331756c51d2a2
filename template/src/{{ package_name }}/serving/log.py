"""Every prediction as a JSON line in `var/predictions/`, written by a thread, never awaited."""

import json
import os
import queue
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..deployment.release import Traces
from ..settings import var


class Log:
    """A bounded queue and its writer. What is waiting when the process is killed is lost."""

    def __init__(self, waiting: int) -> None:
        self.dropped = 0
        self._queue: queue.Queue[list[dict[str, Any]] | None] = queue.Queue(waiting)
        self._writer = threading.Thread(target=self._write, daemon=True)
        self._writer.start()

    def put(self, traces: Traces, rows: list[Any], answers: list[dict[str, Any]]) -> None:
        """Queue the answers of one request; a full queue counts them instead of waiting."""
        made = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "release": traces.release,
            "version": traces.version,
        }
        lines = [{**made, **row, **answer} for row, answer in zip(rows, answers, strict=True)]
        try:
            self._queue.put_nowait(lines)
        except queue.Full:
            self.dropped += len(lines)

    def close(self) -> None:
        """Write what is waiting, then end."""
        self._queue.put(None)
        self._writer.join()

    def _write(self) -> None:
        var("predictions").mkdir(parents=True, exist_ok=True)
        # One file for each process: two servers never write into one line.
        with var("predictions", f"{stamp()}-{os.getpid()}.jsonl").open("a") as file:
            while (lines := self._queue.get()) is not None:
                file.writelines(json.dumps(line) + "\n" for line in lines)
                if self._queue.empty():
                    file.flush()


def stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S")


def read() -> Iterator[dict[str, Any]]:
    """All logged predictions, file by file; a line cut short by a kill is left out."""
    for file in sorted(var("predictions").glob("*.jsonl")):
        yield from whole_lines(file)


def whole_lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open() as lines:
        for line in lines:
            if line.endswith("\n"):
                yield json.loads(line)
