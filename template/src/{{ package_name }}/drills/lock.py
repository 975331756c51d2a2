"""A lock, so that one command at a time runs drills in this clone."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from ..errors import InputError
from ..settings import var


@contextmanager
def exclusive_lock() -> Iterator[None]:
    """Hold the lock, or raise InputError if another command holds it. Only commands call this."""
    var().mkdir(exist_ok=True)
    try:
        with FileLock(var("drills.lock"), timeout=0):
            yield
    except Timeout:
        raise InputError("another `drill` is running here: wait for it, or stop it") from None
