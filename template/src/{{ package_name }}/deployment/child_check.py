"""Opens a release in a child process first: damaged trees can crash the process that reads them.

`var/serving/checked.json` holds the result for each list of digests, so that a release is checked
once, and one that crashed a process is never opened again.
"""

import ctypes
import json
import logging
import signal
import subprocess
import sys
from pathlib import Path

from ..errors import InputError
from ..settings import var
from ..storage import atomic_file, sha256, write_json
from .release import DIGESTS, open_release, read_file, release_folder

SECONDS = 30.0  # a child may take
PR_SET_PDEATHSIG = 1  # of Linux


def check_in_child(name: str) -> None:
    """InputError if a process that opens the compiled release fails or dies."""
    digest = sha256(read_file(release_folder(name) / DIGESTS))
    results = read_results()
    if digest not in results:
        results[digest] = run_child(name)
        save_results(results)
    if error := results[digest]:
        raise InputError(error)


def run_child(name: str) -> str:
    """What is wrong with the release; empty if nothing is."""
    command = [sys.executable, "-m", __name__, name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"{name} does not open within {SECONDS:g} seconds: delete {release_folder(name)}"
    if done.returncode < 0:
        cause = signal.Signals(-done.returncode).name
        return f"{name} crashes the process that opens it ({cause}): delete {release_folder(name)}"
    if done.returncode:
        return f"{name} cannot be opened: {done.stderr.strip().splitlines()[-1]}"
    return ""


def read_results() -> dict[str, str]:
    """The error of each release that was checked, by the digest of its list of digests."""
    try:
        results = json.loads(results_file().read_bytes())
    except (OSError, ValueError):
        return {}
    return results if isinstance(results, dict) else {}


def save_results(results: dict[str, str]) -> None:
    try:
        with atomic_file(results_file()) as part:
            write_json(results, part)
    except OSError as error:  # the release is checked again at the next start
        logging.warning("the check of a release is not saved: %s", error)


def results_file() -> Path:
    return var("serving", "checked.json")


def end_with_parent() -> None:
    """Let the system kill this process when its parent ends, also if that is killed (on Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    end_with_parent()
    try:
        open_release(sys.argv[1], compiled=True)
    except InputError as error:
        sys.exit(str(error))
