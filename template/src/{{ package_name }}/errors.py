"""The errors that end a command with one sentence instead of a traceback."""

import errno
import logging
from functools import cache

MAKE_ROOM = "make room and run the command again"
MOVE = "move the project to a file system with file locks"
PERMIT = "change its permissions"
RENAME = "move it away"
REMEDIES = {  # what a file system refuses for a reason that a person can remove
    errno.EACCES: PERMIT,
    errno.EDQUOT: MAKE_ROOM,
    errno.EEXIST: RENAME,
    errno.EFBIG: MAKE_ROOM,
    errno.EIO: "check the disk",
    errno.EISDIR: RENAME,
    errno.ELOOP: RENAME,
    errno.EMFILE: "raise the limit of open files (`ulimit -n`)",
    errno.ENOLCK: MOVE,
    errno.ENOSPC: MAKE_ROOM,
    errno.ENOSYS: MOVE,
    errno.ENOTDIR: RENAME,
    errno.ENOTEMPTY: RENAME,
    errno.EOPNOTSUPP: MOVE,
    errno.EPERM: PERMIT,
    errno.EROFS: "make the file system writable",
}


class InputError(Exception):
    """Wrong input. The message says what is wrong, where, and what to do about it."""


def describe_file_error(error: OSError) -> str | None:
    """What the file system refuses, and the remedy; None for any other error."""
    remedy = REMEDIES.get(error.errno or 0)
    if not remedy:
        return None
    file = f"{error.filename2 or error.filename}: " if error.filename else ""
    return f"{file}{error.strerror}: {remedy}"


@cache
def warn(message: str) -> None:
    """Print a warning, once in a process."""
    logging.warning(message)
