"""Runs commands of a project, each in a process that has its libraries loaded already.

python warm_commands.py PACKAGE: reads a line of JSON for each command, [FOLDER, SECONDS, WORD…],
and prints its status and its output; the status is null if it did not end within the seconds.
Loading the libraries takes longer than most commands.
"""

import importlib
import json
import os
import signal
import sys
import tempfile
import time
import traceback

MODULES = (
    "commands",
    "training",
    "prediction",
    "deployment.delivery",
    "ingestion.snapshots",
    "labels.join",
    "monitoring.health",
    "promotion.promote",
    "retraining.loop",
    "scoring.score",
    "serving.server",
    "state.exchange",
    "state.index",
    "status.page",
    "validation.acceptance",
)
LIBRARIES = ("evidently", "mlflow.sklearn", "pandera.pandas", "skops.io", "sklearn.ensemble")


def run_command(package: str, folder: str, seconds: float, *words: str) -> tuple[int | None, str]:
    with tempfile.TemporaryFile("w+") as output:
        child = os.fork()
        if child == 0:
            os.setsid()  # so that the processes that it starts end with it
            os.chdir(folder)
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            os._exit(_run_in_this_process(package, words))
        status = wait(child, seconds)
        output.seek(0)
        return status, output.read()


def wait(child: int, seconds: float) -> int | None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _run_in_this_process(package: str, words: tuple[str, ...]) -> int:
    sys.argv = [package, *words]
    try:
        importlib.import_module(f"{package}.__main__").main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def main() -> None:
    package = sys.argv[1]
    for name in LIBRARIES:
        importlib.import_module(name)
    for module in MODULES:
        importlib.import_module(f"{package}.{module}")
    for line in sys.stdin:
        print(json.dumps(run_command(package, *json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
