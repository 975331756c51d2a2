"""A lock, so that one command at a time changes the champion or the active release."""

from ..ingestion.locks import HeldLock, hold_lock
from ..settings import var


def exclusive_lock() -> HeldLock:
    """Hold the lock, or raise InputError if another command holds it. Only commands call this."""
    return hold_lock(var("model.lock"), "another command is changing the model")
