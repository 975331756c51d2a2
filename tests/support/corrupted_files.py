"""Damages a file of a project, runs a command, and follows the remedy that its sentence names."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.support.damages import KINDS, change_database, delete
from tests.support.projects import InstalledProject

RUNNER = Path(__file__).with_name("warm_commands.py")
CASES: list[str] = yaml.safe_load(Path(__file__).with_name("corruptions.yml").read_text())
COMMANDS = (
    "train",
    "predict data/rows.parquet",
    "ingest",
    "validate",
    "pipeline run",
    "models list",
    "track",
    "promote",
    "release",
    "rollback",
    "score data/rows.parquet",
    "labels",
    "monitor",
    "retrain",
    "loop",
    "serve --smoke",
    "status",
    "state publish",
    "state fetch",
    "state restore",
    "state show",
)
SECONDS = 90  # a command that takes longer hangs
MAX_REMEDIES = 6  # several files may be damaged when one is
FINAL = (  # sentences that are right, because what they ask for was lost with the file
    "there is no earlier release to roll back to",  # it was done, or the lines of others are lost
    "no prediction is logged yet",
)
# A small project with two releases, logged predictions and a branch of the state.
PREPARE = """
import pandas as pd
rows = pd.read_parquet("data/flights.parquet")
months = rows.groupby(rows["time"].dt.month)
few = [month.sample(n, random_state=0) for n, (_, month) in zip((250, 900, 900), months)]
pd.concat(few).sort_index().to_parquet("data/rows.parquet")
"""
LOG = """
import os
import time
from pathlib import Path
from churn.deployment.pointer import read_active
from churn.deployment.release import open_release
from churn.predictions.log import PredictionLog
from churn.predictions.records import row_records
from churn.data import read_features
active = read_active()
release = open_release(active.release)
rows = row_records(release.spec, read_features(release.spec, Path("data/rows.parquet")).tail(400))
for day, part in (("20240101", rows[:200]), ("", rows[200:])):  # the first is compacted later
    log, before = PredictionLog(), {*Path("var/predictions").glob("*.jsonl")}
    log.append(active.release, active.version, part, release.predict_records(part))
    log.close()
    if day:
        (file,) = {*Path("var/predictions").glob("*.jsonl")} - before
        os.utime(file, (time.time() - 10_000,) * 2)
        file.rename(file.with_name(day + file.name[8:]))
"""

Run = Callable[..., tuple[int | None, str]]


def damage(folder: Path, case: str) -> Path:
    """Damage the file of a case; returns it."""
    kind, pattern = case.split()
    file = sorted((folder / "var").glob(pattern))[-1]
    if kind == "unreadable" and os.geteuid() == 0:
        pytest.skip("root may read every file")
    KINDS[kind](file)
    return file


@dataclass(frozen=True)
class PreparedProject:
    """A project with releases and results, and a process that runs commands in copies of it."""

    folder: Path
    run: Run
    statuses: dict[str, int | None]  # of each command without a damage

    @contextmanager
    def copy(self, place: Path) -> Iterator[Path]:
        ignored = shutil.ignore_patterns(".venv", "__pycache__", ".*cache", "tests", "notebooks")
        copy = shutil.copytree(self.folder, place / "churn", ignore=ignored, symlinks=True)
        forge = shutil.copytree(self.folder.with_name("forge.git"), place / "forge.git")
        subprocess.run(["git", "remote", "set-url", "origin", forge], cwd=copy, check=True)
        yield copy
        shutil.rmtree(place)


@contextmanager
def prepare(installed: InstalledProject, place: Path) -> Iterator[PreparedProject]:
    """Prepare a project; its commands run in processes that have its libraries loaded."""
    for line in (
        "sed -i 's|^source: .*|source: data/rows.parquet|' conf/data.yml",
        "sed -i 's/^margin: .*/margin: 0/' conf/promotion.yml",
        f"git init -q --bare ../forge.git && git remote add origin {place}/unused",
        "git remote set-url origin ../forge.git",
    ):
        installed.shell_output(line)
    installed.shell_output(f".venv/bin/python - <<'EOF'{PREPARE}EOF")
    with warm_runner(installed) as run:
        for words in ("pipeline run --period 2013-01", "promote", "pipeline run", "promote"):
            status, output = run(installed.folder, *words.split())
            assert status == 0, output
        installed.shell_output(f".venv/bin/python - <<'EOF'{LOG}EOF")
        for words in ("monitor", "retrain", "serve --smoke", "state publish"):
            status, output = run(installed.folder, *words.split())
            assert status == 0, output
        installed.shell_output("rm var/predictions/20240101*.jsonl")  # as an hour later
        project = PreparedProject(installed.folder, run, {})
        for words in COMMANDS:
            with project.copy(place / "unharmed") as copy:
                project.statuses[words], output = run(copy, *words.split())
                assert "Traceback" not in output, output
        yield project


@contextmanager
def warm_runner(installed: InstalledProject) -> Iterator[Run]:
    process = subprocess.Popen(
        [installed.folder / ".venv/bin/python", RUNNER, installed.command],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    requests, results = process.stdin, process.stdout
    assert requests and results

    def run(folder: Path, *words: str) -> tuple[int | None, str]:
        print(json.dumps([str(folder), SECONDS, *words]), file=requests, flush=True)
        status, output = json.loads(results.readline())
        return status, output

    yield run
    requests.close()
    process.wait()


def check_case(project: PreparedProject, case: str, words: str, place: Path) -> None:
    """The command succeeds or ends with one sentence, whose remedy lets it succeed."""
    with project.copy(place) as copy:
        file = damage(copy, case)
        if makes_unavailable := UNAVAILABLE.get(case.split()[0]):
            with makes_unavailable(file):
                run_and_check(project, copy, words)
        follow_remedies(project, copy, words)


def follow_remedies(project: PreparedProject, copy: Path, words: str) -> None:
    outputs = []
    for _ in range(MAX_REMEDIES):
        status, output = run_and_check(project, copy, words)
        outputs.append(output)
        is_final = any(sentence in output for sentence in FINAL)
        if status == project.statuses[words] or is_final:
            return
        assert apply_remedies(project, copy, output), f"no remedy in:\n{output}"
    pytest.fail("the remedies did not help:\n" + "\n".join(outputs))


def run_and_check(project: PreparedProject, copy: Path, words: str) -> tuple[int | None, str]:
    status, output = project.run(copy, *words.split())
    assert status is not None, f"`{words}` hangs: {output}"
    assert "Traceback" not in output, f"`{words}`: {output}"
    if status not in (0, project.statuses[words]):
        assert len(output.strip().splitlines()[-1]) > 20, f"`{words}` says nothing: {output}"
    return status, output


def apply_remedies(project: PreparedProject, copy: Path, output: str) -> bool:
    """Do what the sentences name; False if they name nothing."""
    lines = re.findall(r"^(\S+), line (\d+) is damaged: delete the line", output, re.M)
    paths = re.findall(rf"(?:delete|move) ({re.escape(str(copy))}/\S*?)(?=[,;:)\s]|$)", output)
    moved = re.findall(r"^(/\S+): .*: move it away$", output, re.M)
    commands = [words for words in re.findall(r"`churn (.*?)`", output) if words in COMMANDS]
    for name, number in lines:
        content = Path(name).read_bytes().splitlines(keepends=True)
        Path(name).write_bytes(b"".join(content[: int(number) - 1] + content[int(number) :]))
    for path in {*paths, *moved}:
        delete(Path(path))
    for words in dict.fromkeys(commands):
        run_and_check(project, copy, words)
    return bool(lines or paths or moved or commands)


@contextmanager
def lock_database(file: Path) -> Iterator[None]:
    database = sqlite3.connect(file)
    database.execute("BEGIN EXCLUSIVE")
    yield
    database.rollback()
    database.close()


@contextmanager
def fill_database(file: Path) -> Iterator[None]:
    """A database on a full disk: what is recorded at last fails."""
    full = "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    change_database(f"CREATE TRIGGER full BEFORE UPDATE ON runs {full}")(file)
    yield
    change_database("DROP TRIGGER IF EXISTS full")(file)


# While the command runs; afterwards it must succeed.
UNAVAILABLE = {"full": fill_database, "locked": lock_database}
