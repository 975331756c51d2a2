"""A lock, so that one command at a time runs the trials of this clone."""

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
        with FileLock(var("tuning.lock"), timeout=0):
            yield
    except Timeout:
        raise InputError("another `tune` is running here: wait for it, or stop it") from None
