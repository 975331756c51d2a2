"""Runs a command of a project again and again, each time killed at another moment.

python killed_commands.py PACKAGE PROJECT MOST WORD…: runs in the environment of the project. At
most MOST moments, evenly spread, are tried. Prints a line of JSON for each: what was there before,
after the kill, after the same command ran again, and after it ran without a kill.
"""

import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

CHANGING = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.rmtree", "shutil.copyfile"}
# Two trainings differ in a time and in the bytes of the archive, so of those only names compare.
TIMED = ("evaluated.skops", "model.skops", "run.json", "snapshot.json", "report.html")
HEAVY = ("commands", "training", "prediction", "ingestion.snapshots", "validation.acceptance")


class Killer:
    """Counts what changes files below a folder, and ends the process at one of them."""

    def __init__(self, place: Path, moment: int) -> None:
        self.place, self.moment, self.moments = str(place), moment, 0

    def __call__(self, event: str, words: tuple[Any, ...]) -> None:
        path = os.path.abspath(str(words[0])) if words else ""  # noqa: PTH100 - no pathlib in a hook
        written = event == "open" and bool(words[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        if path.startswith(self.place) and (written or event in CHANGING):
            self.moments += 1
            if self.moments == self.moment:
                os.kill(os.getpid(), signal.SIGKILL)


def run_command(package: str, place: Path, words: list[str], moment: int = 0) -> tuple[int, int]:
    """(exit status, number of moments) of the command in a process of its own."""
    counted = place.with_suffix(".moments")
    counted.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        os.chdir(place)
        killer = Killer(place, moment)
        sys.addaudithook(killer)
        os._exit(
            _run_in_this_process(package, words, lambda: counted.write_text(str(killer.moments)))
        )
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status, int(counted.read_text()) if counted.exists() else 0


def _run_in_this_process(package: str, words: list[str], count: Callable[[], Any]) -> int:
    sys.argv = [package, *words]
    with Path(os.devnull).open("w") as silence:
        sys.stdout = silence
        try:
            importlib.import_module(f"{package}.__main__").main()
        except SystemExit as ended:
            return int(ended.code or 0)
        finally:
            count()
    return 0


def tree(place: Path) -> dict[str, str]:
    """path -> digest of each file, except hidden ones."""
    files = (file for file in place.rglob("*") if file.is_file())
    names = {file.relative_to(place): file for file in files}
    return {
        name.as_posix(): "there"
        if name.name in TIMED
        else sha256(file.read_bytes()).hexdigest()[:12]
        for name, file in names.items()
        if not any(part.startswith(".") for part in name.parts)
    }


def main() -> None:
    package, project, most, *words = sys.argv[1:]
    for name in HEAVY:
        importlib.import_module(f"{package}.{name}")
    with tempfile.TemporaryDirectory() as scratch:

        def fresh(name: str) -> Path:
            kept = shutil.ignore_patterns(".venv", ".git", "__pycache__", ".*cache")
            return shutil.copytree(project, Path(scratch, name), ignore=kept)

        place = fresh("unharmed")
        before = tree(place)
        status, moments = run_command(package, place, words)
        unharmed = tree(place)
        print(json.dumps({"status": status, "moments": moments}), flush=True)
        stride = max(1, moments // int(most))
        for moment in range(1, moments + 1, stride):
            place = fresh(f"killed-{moment}")
            killed, _ = run_command(package, place, words, moment)
            left = tree(place)
            repeated, _ = run_command(package, place, words)
            result = {"moment": moment, "killed": killed, "repeated": repeated, "before": before}
            result |= {"after_kill": left, "after_repeat": tree(place), "unharmed": unharmed}
            print(json.dumps(result), flush=True)
            shutil.rmtree(place)


if __name__ == "__main__":
    main()
