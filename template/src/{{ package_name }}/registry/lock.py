"""One at a time may change which version is champion, or what serves."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from ..errors import InputError
from ..settings import var


@contextmanager
def exclusive_lock() -> Iterator[None]:
    """Hold the lock of the model; taken by verbs, never by what they call."""
    var().mkdir(exist_ok=True)
    try:
        with FileLock(var("model.lock"), timeout=0):
            yield
    except Timeout:
        raise InputError(
            "another verb is changing the model right now: try again when it is done"
        ) from None
