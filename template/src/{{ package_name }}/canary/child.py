"""The process of a challenger: it reads lines with rows and writes lines with predictions.

It cannot take the interpreter, the memory or the life of the server, and it ends with it.
"""

import os
import sys
from contextlib import suppress
from typing import Any, BinaryIO

from pydantic_core import from_json, to_json

from ..deployment.child_check import end_with_parent
from ..deployment.release import Release, open_release
from ..errors import InputError

REFUSED = 3  # the status of a process whose release is damaged; any other failure may pass


def limit_memory(megabytes: int) -> None:
    """Let an allocation of more memory fail, where the system can."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limits
        import resource

        size = megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def answer(release: Release, line: bytes) -> dict[str, Any]:
    try:
        return {"predictions": release.predict_records(from_json(line))}
    except Exception as error:  # the server counts it, and the champion answers
        return {"error": f"{type(error).__name__}: {error}"}


def run(release: Release, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    write(answers, {"spec": release.spec.digest})
    for line in requests:
        write(answers, answer(release, line))


def write(answers: BinaryIO, content: dict[str, Any]) -> None:
    answers.write(to_json(content, inf_nan_mode="constants") + b"\n")
    answers.flush()


if __name__ == "__main__":
    name, version, memory = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    stdout = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    end_with_parent()  # also while it computes, and does not see that its input ends
    limit_memory(memory)
    try:
        run(open_release(name, version, compiled=True), sys.stdin.buffer, stdout)
    except InputError as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.exit(REFUSED)
    except MemoryError as failure:
        sys.exit(f"{failure or 'out of memory'}")
    except KeyboardInterrupt:  # Ctrl-C ends the server, and it too
        pass
