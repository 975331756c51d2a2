"""The error that a user can fix: one sentence on stderr and an exit status."""

from .exit_status import ExitStatus


class RefusedError(Exception):
    """The message says what is wrong and what to do; nothing was changed."""

    status: int = ExitStatus.REFUSED
