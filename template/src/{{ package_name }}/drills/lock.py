"""A lock, so that one command at a time runs drills in this clone."""

from ..ingestion.locks import HeldLock, hold_lock
from ..settings import var


def exclusive_lock() -> HeldLock:
    """Hold the lock, or raise InputError if another command holds it. Only commands call this."""
    return hold_lock(var("drills.lock"), "another `drill` is running here")
