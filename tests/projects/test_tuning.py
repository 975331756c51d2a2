"""`tune` continues after a kill, runs in processes, and never keeps parameters silently."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from tests.support.datasets import penguins
from tests.support.generator import commit, run_cli
from tests.support.projects import Install, InstalledProject, commands_up_to

SPACE = """
space:
  estimator: [trees, linear, trees+linear]
  max_iter: {low: 20, high: 60}
  linear_alpha: {low: 0.01, high: 1.0, log: true}
"""


@pytest.fixture(scope="module")
def installed(install: Install, tmp_path_factory: pytest.TempPathFactory) -> InstalledProject:
    """A project around a file of its user, to which tuning was added."""
    project = install(2)
    file = penguins(tmp_path_factory.mktemp("user"))
    shutil.copy(file, project.folder / "data")
    words = ("--data", "data/penguins.csv", "--target", "species", "--defaults")
    assert run_cli("data", *words, cwd=project.folder).status == 0
    commit(project.folder)
    assert run_cli("upgrade", "--with", "tuning", cwd=project.folder).status == 0
    (project.folder / "conf/tuning.yml").write_text(SPACE)
    commit(project.folder)
    project.sync()
    for command in ("ingest", "validate"):
        project.run(command)
    return project


def states(installed: InstalledProject) -> list[str]:
    """The states of all trials, in the order in which they began."""
    file = installed.folder / "var/tuning/studies.db"
    if not file.exists():
        return []
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        try:
            rows = database.execute("select state from trials order by number").fetchall()
        except sqlite3.OperationalError:  # the tables are being created
            return []
    return [state for (state,) in rows]


def kill_during_a_trial(installed: InstalledProject, words: str) -> int:
    """Kill the command after some trials; returns how many processes it left behind."""
    command = [str(installed.folder / ".venv/bin/churn"), *words.split()]
    process = subprocess.Popen(command, cwd=installed.folder, stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        found = states(installed)
        if found.count("COMPLETE") >= 2 and "RUNNING" in found:
            break
        time.sleep(0.02)
    children = list_children(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    deadline = time.monotonic() + 30
    while (left := sum(map(is_running, children))) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def list_children(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(word) for word in text.split()]


def is_running(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_project_passes_its_checks(installed: InstalledProject) -> None:
    installed.run_checks("tests/tuning")


def test_the_command_is_there(installed: InstalledProject) -> None:
    assert installed.commands() == commands_up_to(2) | {"tune"}


def test_a_killed_study_continues_in_processes(installed: InstalledProject) -> None:
    assert kill_during_a_trial(installed, "tune --trials 400 --parallel 2") == 0
    before = states(installed)
    running = before.count("RUNNING")
    assert running > 0
    finished = len(before) - running
    result = json.loads(installed.run(f"tune --trials {finished + 4} --parallel 2 --json"))
    assert (result["trials"], result["failed"]) == (finished + 4, running)
    assert "RUNNING" not in states(installed)
    declared = installed.folder / "conf/params.yml"
    assert declared.exists() == result["is_better"] == (result["run"] is not None)
    difference = result["comparison"]["difference"]
    assert result["is_better"] == (difference["high"] < 0)


def test_the_verdict_is_plain_and_a_pipeline_uses_the_parameters(
    installed: InstalledProject,
) -> None:
    declared = installed.folder / "conf/params.yml"
    declared.unlink(missing_ok=True)  # of a study before, if its best trial was better
    printed = installed.run("tune --trials 4")
    assert "Compared on rows that no trial has seen:" in printed
    is_better = declared.exists()
    beats, not_beats = "The best trial beats the defaults", "The best trial did not beat the"
    assert (beats in printed, not_beats in printed) == (is_better, not is_better)
    (study,) = (installed.folder / "var/tuning").glob("*.yml")
    shutil.copy(study, declared)  # as its user may, in both cases
    params = yaml.safe_load(declared.read_text())
    assert params.keys() & {"max_iter", "linear_alpha"}
    (run,) = re.findall(r"version \d+ \((\S+)\)", installed.run("pipeline run"))
    record = json.loads((installed.folder / f"var/runs/{run}/run.json").read_text())
    assert params.items() <= record["params"].items()


def test_two_studies_at_the_same_time_are_refused(installed: InstalledProject) -> None:
    script = (
        "from filelock import FileLock; import subprocess;"
        "lock = FileLock('var/tuning.lock'); lock.acquire();"
        "done = subprocess.run(['.venv/bin/churn', 'tune'], capture_output=True, text=True);"
        "print(done.returncode, done.stderr)"
    )
    printed = installed.shell_output(f'.venv/bin/python -c "{script}"')
    assert printed.startswith("2 another `tune` is running here")
    assert printed.endswith(": wait until it has ended, or stop it\n\n")
