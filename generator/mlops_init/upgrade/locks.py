"""Locks: one upgrade of a repository at a time, and none while the project runs."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ..errors import RefusedError
from ..git.repository import Repository

TIMEOUT = 5.0  # seconds; git needs less to end after its upgrade was killed


@contextmanager
def exclusive_lock(repository: Repository) -> Iterator[None]:
    """Hold the upgrade lock. A git process that we started holds it too, even if we are killed."""
    with (repository.git_dir / "mlops-init.lock").open("a") as file:
        os.set_inheritable(file.fileno(), True)
        end = time.monotonic() + TIMEOUT
        while not try_lock(file):
            if time.monotonic() > end:
                raise RefusedError(f"Another upgrade is running in {repository.top}: wait for it.")
            time.sleep(0.05)
        yield


def try_lock(file: IO[str]) -> bool:
    """Lock an open file unless another process has locked it."""
    import portalocker

    try:
        portalocker.lock(file, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)
    except portalocker.LockException:
        return False
    return True


def check_not_running(project: Path) -> None:
    """Refuse a project with a running server, loop or command: each holds a lock in `var/`."""
    for lock in sorted((project / "var").glob("*.lock")):
        with lock.open() as file:
            if not try_lock(file):
                raise RefusedError(
                    f"A process is running in {project} and holds var/{lock.name}: stop it first."
                )
