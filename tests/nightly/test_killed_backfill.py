"""A backfill may be killed at any moment. Repeated, it gives the registry of an undisturbed one."""

import os
import random
import shutil
import signal
import subprocess
import time

from tests.support.projects import Install, InstalledProject

KILLS = 20
WORDS = "pipeline backfill --from 2013-01 --to 2013-12 --parallel 2"
PERIODS = [f"2013-{month:02}" for month in range(1, 13)]


def test_a_backfill_that_is_killed_gives_the_same_registry(install: Install) -> None:
    installed, draw = install(2), random.Random(0)
    start = time.monotonic()
    installed.run(WORDS)
    seconds = time.monotonic() - start
    expected = list_versions(installed)
    assert [run[: len("2013-01")] for _, run in expected] == PERIODS
    reset(installed)
    kills = 0
    while kills < KILLS:  # each continues where the one before was killed
        if run_and_kill(installed, draw.uniform(0, 4 * seconds / KILLS)):
            assert list_versions(installed) == expected
            reset(installed)
        else:
            kills += 1
    installed.run(WORDS)
    assert list_versions(installed) == expected
    assert "nothing to do" in installed.run(WORDS.partition(" --parallel")[0])
    assert list_versions(installed) == expected
    assert [*(installed.folder / "var").rglob("*.part")] == []


def list_versions(installed: InstalledProject) -> list[tuple[str, str]]:
    """(number, run) of each version."""
    lines = installed.run("models list").splitlines()[1:]
    return [(line.split()[0], line.split()[1]) for line in lines]


def reset(installed: InstalledProject) -> None:
    """Forget all runs and versions, but keep the accepted data."""
    for entry in (installed.folder / "var").iterdir():
        if entry.name not in ("data", "snapshots", "validation"):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def run_and_kill(installed: InstalledProject, after: float) -> bool:
    """Kill a backfill after some seconds, not its processes; True if it was complete by then."""
    command = [f".venv/bin/{installed.command}", *WORDS.split()]
    with subprocess.Popen(command, cwd=installed.folder, stdin=subprocess.DEVNULL) as process:
        try:
            return process.wait(timeout=after) == 0
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            return False
