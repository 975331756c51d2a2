"""What a person can put right: one sentence on stderr and an exit status."""

from .exit_status import ExitStatus


class RefusedError(Exception):
    """Nothing was touched; the message says what is wrong and what to do."""

    status: int = ExitStatus.REFUSED
