"""What runs in a project: a server, a loop or a verb holds a lock in `var/` as long as it lives."""

from pathlib import Path

from ..errors import RefusedError
from .journal import locked


def check_idle(project: Path) -> None:
    """Refuse a project in which something runs: its code must not change under it."""
    for lock in sorted((project / "var").glob("*.lock")):
        with lock.open() as opened:
            if not locked(opened):
                raise RefusedError(
                    f"Something runs in {project}, it holds var/{lock.name}: stop it first."
                )
