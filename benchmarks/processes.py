"""What a program costs with all it starts: user and system seconds, and the largest memory."""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """CPU in seconds, peak memory of the largest process in megabytes."""

    cpu: float
    peak: float


def cost(*words: object, cwd: Path, **env: str) -> Cost:
    """Run a program and say what it cost; end this one where it fails."""
    with tempfile.TemporaryFile() as said:
        started = subprocess.Popen(
            [*map(str, words)], cwd=cwd, env=os.environ | env, stdout=said, stderr=said
        )
        _, status, used = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
        if started.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(map(str, words))}:\n{said.read().decode()}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def run(*words: object, cwd: Path, **env: str) -> None:
    """Run a program that is not measured."""
    cost(*words, cwd=cwd, **env)
