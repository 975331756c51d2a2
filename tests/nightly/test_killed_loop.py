"""The loop may be killed at any moment. The next one completes what it began."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from tests.support.projects import Install, InstalledProject

KILLS = 100
PERIOD = "2013-03"


def test_a_killed_loop_is_completed_by_the_next(install: Install) -> None:
    installed, draw = install(4), random.Random(0)
    start = time.monotonic()
    installed.run(f"loop --period {PERIOD}")
    seconds = time.monotonic() - start
    expected = result(installed)
    completed = 0
    for _ in range(KILLS):
        if run_and_kill(installed, draw.uniform(0, seconds)):
            completed += 1
            shutil.rmtree(installed.folder / "var")
    assert completed < KILLS / 2
    assert result(installed) == expected
    assert json.loads(installed.run("serve --smoke --json"))["response"]["version"] == 1
    assert leftovers(installed.folder / "var") == []


def run_and_kill(installed: InstalledProject, after: float) -> bool:
    """Kill a loop and all its processes after some seconds; True if it was complete by then."""
    command = [f".venv/bin/{installed.command}", "loop", "--period", PERIOD]
    with subprocess.Popen(
        command, cwd=installed.folder, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            _, errors = process.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return False
    assert process.returncode == 0, errors
    return True


def result(installed: InstalledProject) -> tuple[str, str]:
    """Of a loop: (the active version, all versions and how the gate decided)."""
    (active,) = re.findall(r"^active .*", installed.run(f"loop --period {PERIOD}"), re.M)
    return active, installed.run("models list")


def leftovers(folder: Path) -> list[Path]:
    """Files and folders that are not complete."""
    return list(folder.rglob("*.part"))
