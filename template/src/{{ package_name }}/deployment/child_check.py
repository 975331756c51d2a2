"""Opens a release in a child process first: damaged trees can crash the process that reads them.

`var/serving/checked.json` holds the result for each list of digests, so that a release is checked
once, and one that crashed a process is not opened again by the same libraries. Any other failure,
such as a lack of memory, may pass: the release is tried again.
"""

import ctypes
import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..errors import InputError
from ..settings import var
from ..storage import DamagedFileError, atomic_file, read_record, sha256, write_json
from .release import DIGESTS, open_release, read_file, release_folder

SECONDS = 30.0  # a child may take
PR_SET_PDEATHSIG = 1  # of Linux
LIBRARIES = ("numpy", "scikit-learn", "skops", "treelite")  # they read the files of a release
OPENS = "opens the release"  # what a child prints before it does
# What the code of the libraries gets for what it reads. The kernel ends processes with others, for
# example for a lack of memory.
CRASHES = ("SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGTRAP")


class CrashError(InputError):
    """A release ends the process that opens it."""


def check_in_child(name: str) -> None:
    """InputError if a process that opens the compiled release fails or dies."""
    digest, results = content_digest(name), read_results()
    if digest not in results:
        try:
            run_child(name)
            results[digest] = ""
        except CrashError as crash:
            results[digest] = str(crash)
        save_results(results)
    if error := results[digest]:
        raise InputError(error)


def content_digest(name: str) -> str:
    """Changes with the files of a release, and with what reads them."""
    facts = [sys.version.encode(), read_file(release_folder(name) / DIGESTS)]
    for library in LIBRARIES:
        with suppress(PackageNotFoundError):
            facts.append(f"{library} {version(library)}".encode())
    return sha256(b"\0".join(facts))


def run_child(name: str) -> None:
    """CrashError if the release crashes a process; InputError if it is not opened otherwise."""
    command = [sys.executable, "-m", __name__, name]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise InputError(f"{name} does not open within {SECONDS:g} seconds") from None
    if done.returncode < 0:
        names = {each.value: each.name for each in signal.Signals}
        cause = names.get(-done.returncode, str(-done.returncode))
        message = f"{name} crashes the process that opens it ({cause})"
        if cause in CRASHES and OPENS in done.stdout:
            raise CrashError(f"{message}: delete {release_folder(name)}")
        raise InputError(message)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        raise InputError(f"{name} cannot be opened: {lines[-1]}")


def read_results() -> dict[str, str]:
    """The error of each release that was checked, by its digest."""
    with suppress(OSError, DamagedFileError):  # the releases are checked again
        return read_record(dict[str, str], results_file(), "delete it")
    return {}


def save_results(results: dict[str, str]) -> None:
    try:
        with atomic_file(results_file()) as part:
            write_json(results, part)
    except OSError as error:  # the release is checked again
        logging.warning("the check of a release is not saved: %s", error)


def results_file() -> Path:
    return var("serving", "checked.json")


def end_with_parent() -> None:
    """Let the system kill this process when its parent ends, also if that is killed (on Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    end_with_parent()
    os.write(1, OPENS.encode())  # a crash before is not one of this release
    try:
        open_release(sys.argv[1], compiled=True)
    except InputError as error:
        sys.exit(str(error))
