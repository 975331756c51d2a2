"""Runs a command of this project in a process of its own, which ends after a time."""

import subprocess
import sys
import time
from collections.abc import Sequence
from threading import Event
from typing import IO

from ..settings import root

LOOK_SECONDS = 0.2
STOP_SECONDS = 10  # that a command has to stop, before it is killed
Output = IO[bytes] | None  # None: where this process prints


def run_process(
    words: Sequence[str], stopped: Event, seconds: float, out: Output = None, err: Output = None
) -> int | None:
    """The status of the command; None if it was stopped, by `stopped` or after so many seconds."""
    command = [sys.executable, "-m", __package__.split(".")[0], *words]
    end = time.monotonic() + seconds
    process = subprocess.Popen(
        command, cwd=root(), stdin=subprocess.DEVNULL, stdout=out, stderr=err
    )
    while process.poll() is None:
        if stopped.wait(LOOK_SECONDS) or time.monotonic() > end:
            end_process(process)
            return None
    return process.returncode


def end_process(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
