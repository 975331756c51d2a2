"""The exit statuses of mlops-init."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """A status, and what it means for the person or script that ran the command."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> "ExitStatus":
        status = int.__new__(cls, value)
        status._value_ = value
        status.meaning = meaning
        return status

    SUCCESS = 0, "The command succeeded."
    ATTENTION = (
        1,
        "`upgrade` found conflicts, which it lists, or `doctor` found a level that does not work "
        "on this machine.",
    )
    REFUSED = (
        2,
        "The command was refused with one sentence on the error stream. An option or argument is "
        "wrong, or a condition is not met.",
    )
    SIGNALLED = 128, "A signal stopped the command: 128 plus its number, so 130 after Ctrl-C."
