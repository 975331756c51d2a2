"""Locks between processes: who holds one is named, and none is replaced by a weaker kind."""

import os
import socket
from contextlib import suppress
from pathlib import Path

from filelock import AcquireReturnProxy as HeldLock
from filelock import FileLock, Timeout

from ..errors import InputError

PATIENCE = 30  # seconds that a command waits for another one that is doing the same


def hold_lock(file: Path, busy: str, seconds: float = 0) -> HeldLock:
    """A lock that is held until the block of `with` ends.

    InputError that begins with `busy` if another process holds it, also after so many seconds.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    # A lock without the help of the system would stay after a kill.
    lock = FileLock(file, fallback_to_soft=False, on_acquired=write_holder)
    try:
        return lock.acquire(timeout=seconds)
    except Timeout:
        holder = read_holder(file)
        raise InputError(f"{busy}{holder}: wait until it has ended, or stop it") from None
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from None


def write_holder(descriptor: int) -> None:
    """Write who holds the lock into its file. A full disk does not matter."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, f"process {os.getpid()} on {socket.gethostname()}".encode())


def read_holder(file: Path) -> str:
    """Such as ` (process 123 on build-7)`; nothing if the system does not let others read it."""
    with suppress(OSError):
        if file.is_file() and (holder := file.read_text(errors="replace")[:200]):
            return f" ({holder})"
    return ""
