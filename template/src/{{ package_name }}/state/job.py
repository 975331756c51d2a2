"""Verbs between a restore and a publish, again from the start if another machine was quicker."""

import shlex
import subprocess
import sys
from collections.abc import Callable

from ..errors import InputError
from ..settings import NAME

AGAIN = 75  # as in sysexits.h: try again
ATTEMPTS = 3


def run(lines: list[str], say: Callable[[str], None]) -> int:
    """The status of the verbs, or that of the restore or the publish that failed."""

    def call(words: list[str]) -> int:
        # A process of its own: MLflow must not have opened a database that is made anew.
        say(f"$ {NAME} {shlex.join(words)}")
        module = [sys.executable, "-m", str(__package__).split(".")[0]]
        return subprocess.run([*module, *words], check=False).returncode

    verbs = [words for line in lines if (words := split(line))]
    status = AGAIN
    for _ in range(ATTEMPTS):
        if failed := call(["state", "restore"]):
            return failed
        # Published whatever they say: a refusal is a decision, and what is finished is whole.
        status = next((code for code in map(call, verbs) if code), 0)
        published = call(["state", "publish"])
        if published != AGAIN:
            return status or published
    return AGAIN


def split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise InputError(f"`{line}` is no line of words: {str(error).lower()}") from None
