"""A challenger in a process of its own, with limits on time, memory and waiting requests."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import IO, Any, Literal

from pydantic_core import from_json, to_json

from ..deployment.pointer import Challenger
from ..predictions.records import Records
from .child import REFUSED
from .settings import CanarySettings

COMMAND = (sys.executable, "-m", f"{__package__}.child")
START_SECONDS = 30.0  # a process may take to open the release
STUCK_SECONDS = 5.0  # after which a process that does not answer is ended
Failure = Literal["slow", "busy", "died", "error", "absurd"]


class ChallengerError(Exception):
    """The challenger has no answer, so the champion answers."""

    def __init__(self, kind: Failure, message: str = "") -> None:
        super().__init__(message or kind)
        self.kind: Failure = kind


class ChallengerProcess:
    """Asks the process one request at a time, in one thread; others wait in a short queue."""

    def __init__(self, challenger: Challenger, settings: CanarySettings) -> None:
        self._settings = settings
        arguments = (challenger.version, settings.max_memory_mb)
        self._command = [*COMMAND, challenger.release, *map(str, arguments)]
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = ThreadPoolExecutor(1)
        self._waiting = 0
        self._asked: float | None = None  # since when the process owes an answer

    def start(self) -> str:
        """Start the process and wait for it: the digest of the declaration of its release.

        ChallengerError if it cannot open the release: "error" if the release is the reason.
        """
        pipe = subprocess.PIPE
        one_core = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        environment = os.environ | one_core
        self._process = subprocess.Popen(
            self._command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment
        )
        timer = threading.Timer(START_SECONDS, self._process.kill)
        timer.start()
        try:
            return str(self._read()["spec"])
        except ChallengerError:
            _, output = self._process.communicate()
            last = output.decode(errors="replace").strip().splitlines()[-1:]
            status = f"its process ended with status {self._process.returncode}"
            kind: Failure = "error" if self._process.returncode == REFUSED else "died"
            raise ChallengerError(kind, "".join(last) or status) from None
        finally:
            timer.cancel()
            self._drain()

    def _drain(self) -> None:
        """Read what the process prints, or its pipe fills and it stops."""
        if self._process and self._process.stderr and not self._process.stderr.closed:
            drain = threading.Thread(target=read_all, args=[self._process.stderr], daemon=True)
            drain.start()

    def is_alive(self) -> bool:
        """Whether the process runs. One that owes an answer for too long is ended."""
        asked = self._asked
        if asked is not None and time.monotonic() - asked > STUCK_SECONDS:
            self.stop()
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()

    async def predict(self, rows: Records) -> Records:
        """The predictions; ChallengerError if it has none in time."""
        if self._waiting >= self._settings.max_waiting:
            raise ChallengerError("busy")
        self._waiting += 1
        asked = asyncio.wrap_future(self._thread.submit(self._ask, to_json(rows)))
        asked.add_done_callback(self._finish)
        limit = self._settings.max_milliseconds / 1000
        done, _ = await asyncio.wait([asked], timeout=limit)  # the thread may take longer
        if not done:
            raise ChallengerError("slow")
        answer = asked.result()
        if "error" in answer:
            raise ChallengerError("error", answer["error"])
        if len(answer["predictions"]) != len(rows):
            raise ChallengerError("error", "it gives another number of predictions")
        return list(answer["predictions"])

    def _finish(self, asked: "asyncio.Future[Any]") -> None:
        self._waiting -= 1
        if not asked.cancelled():
            asked.exception()  # or asyncio reports that nobody has read it

    def _ask(self, request: bytes) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdin is None:
            raise ChallengerError("died")
        self._asked = time.monotonic()
        try:
            process.stdin.write(request + b"\n")
            process.stdin.flush()
            return self._read()
        except (OSError, ValueError):
            process.kill()  # its next line could be the answer to this request
            raise ChallengerError("died") from None
        finally:
            self._asked = None

    def _read(self) -> dict[str, Any]:
        assert self._process and self._process.stdout
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise ChallengerError("died")
        return dict(from_json(line, allow_inf_nan=True))


def read_all(output: IO[bytes]) -> None:
    with suppress(OSError, ValueError):
        for _ in output:
            pass
