"""Runs pytest in copies of a project, each time in a process that has its libraries loaded.

python warm_pytest.py: reads a line of JSON for each run, [FOLDER, WORD…], and prints its status.
What pytest prints is written to FOLDER/output.txt. The libraries take longer than most tests.
"""

import importlib
import json
import os
import sys
from pathlib import Path

LIBRARIES = (
    "fastapi.testclient",
    "mlflow",
    "pandera.pandas",
    "pytest",
    "sklearn.compose",
    "sklearn.dummy",
    "sklearn.ensemble",
    "skops.io",
    "treelite.gtil",
)


def run_pytest(folder: str, *words: str) -> int:
    """Fork, import the package of the folder, and run its tests."""
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.chdir(folder)
    with Path("output.txt").open("w") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.environ["PYTHONPATH"] = source = f"{folder}/src"
    sys.path.insert(0, source)
    status = importlib.import_module("pytest").main([*words])
    sys.stdout.flush()
    os._exit(status)


def main() -> None:
    for name in LIBRARIES:
        importlib.import_module(name)
    for line in sys.stdin:
        print(run_pytest(*json.loads(line)), flush=True)


if __name__ == "__main__":
    main()
