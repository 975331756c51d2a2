"""Runs programs, and measures their CPU time and peak memory, child processes included."""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """CPU in seconds, and the peak memory of the largest process in megabytes."""

    cpu: float
    peak: float


def cost(*words: object, cwd: Path, **env: str) -> Cost:
    """Run a program and measure it; exit if it fails."""
    with tempfile.TemporaryFile() as output:
        started = subprocess.Popen(
            [*map(str, words)], cwd=cwd, env=os.environ | env, stdout=output, stderr=output
        )
        _, status, used = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
        if started.returncode:
            output.seek(0)
            sys.exit(f"{' '.join(map(str, words))}:\n{output.read().decode()}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def run(*words: object, cwd: Path, **env: str) -> str:
    """What a program prints that is not measured; exit if it fails."""
    line = [*map(str, words)]
    done = subprocess.run(line, cwd=cwd, env=os.environ | env, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(line)}:\n{done.stdout}{done.stderr}")
    return done.stdout
