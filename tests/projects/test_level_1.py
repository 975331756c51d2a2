"""Level 1 ingests data, validates them against a contract, and trains only on accepted data."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pandas as pd
import pytest

from tests.support.generator import run_git
from tests.support.projects import (
    SAME_FILES,
    Install,
    InstalledProject,
    commands_up_to,
)
from tests.support.stores import Stalling, s3


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    return install(1)


@pytest.mark.rubric("unit-tests", points=1, levels=[1])
@pytest.mark.rubric("integration-test", points=1, levels=[1])
@pytest.mark.rubric("reproducibility", points=4, levels=[1])
@pytest.mark.rubric("linter", points=1, levels=[1])
def test_the_project_passes_its_checks(installed: InstalledProject) -> None:
    assert installed.collect_tests() > 100  # levels 0 and 4 run the tests of other levels
    installed.run_checks(installed.tests_added_by(1))


def test_the_project_has_the_commands_of_its_level(installed: InstalledProject) -> None:
    assert installed.commands() == commands_up_to(1)


def test_training_uses_only_accepted_data(installed: InstalledProject) -> None:
    assert "no data are accepted yet" in installed.run("train", status=2)
    installed.run("ingest --period 2013-03")
    assert len(list(installed.folder.glob("var/snapshots/2013-0[123]-*"))) == 3
    assert "no data are accepted yet" in installed.run("train", status=2)
    installed.run("validate")
    assert "15,000 rows up to 2013-03" in installed.run("train")


@pytest.mark.rubric("cloud", points=2, levels=SAME_FILES)
def test_a_bucket_is_read_like_a_file_and_wrong_keys_are_an_error(
    installed: InstalledProject, tmp_path: Path
) -> None:
    fill = (
        "import pandas as pd, s3fs\n"
        "store = s3fs.S3FileSystem()\n"
        "store.mkdir('flights-of-churn')\n"
        "flights = pd.read_parquet('data/flights.parquet')\n"
        "for month, rows in flights.groupby(flights['time'].dt.month):\n"
        "    with store.open(f'flights-of-churn/rows/{month:02}.parquet', 'wb') as file:\n"
        "        rows.to_parquet(file, index=False)\n"
    )
    (tmp_path / "fill.py").write_text(fill)
    from_file = installed.run("ingest")
    with s3(tmp_path / "s3") as keys:
        done = installed.shell(f"uv run python {tmp_path}/fill.py", **keys)
        assert done.returncode == 0, done.stderr
        bucket = {"CHURN_DATA_SOURCE": "s3://flights-of-churn/rows"} | keys
        assert (
            installed.run("ingest", 0, **bucket) == from_file
        )  # the same rows give the same snapshots
        wrong = installed.run("ingest", 2, **bucket | {"AWS_SECRET_ACCESS_KEY": "mine"})
        assert "s3://flights-of-churn/rows cannot be read (PermissionError" in wrong
        assert "run the command again" in wrong
    assert len(list(installed.folder.glob("var/incoming/*.parquet"))) == 12


def test_a_killed_ingest_resumes_its_download(
    installed: InstalledProject,
) -> None:
    content = (installed.folder / "data/flights.parquet").read_bytes()
    before = {file: file.read_bytes() for file in installed.folder.glob("var/snapshots/*/*")}
    with Stalling(content, stalls_at=len(content) // 2) as web:
        ingest = subprocess.Popen(
            [installed.folder / ".venv/bin/churn", "ingest"],
            cwd=installed.folder,
            env=os.environ | {"CHURN_DATA_SOURCE": web.url},
        )
        while not sum(part.stat().st_size for part in installed.folder.glob("var/incoming/*.part")):
            assert ingest.poll() is None
            time.sleep(0.1)
        ingest.send_signal(signal.SIGKILL)
        ingest.wait()
        assert {f: f.read_bytes() for f in installed.folder.glob("var/snapshots/*/*")} == before
        web.go_on.set()
        installed.run("ingest", CHURN_DATA_SOURCE=web.url)
        (whole, rest) = web.sent
    assert whole == (0, len(content))
    assert 0 < rest[0] <= len(content) // 2
    assert sum(rest) == len(content)
    (file,) = installed.folder.glob("var/incoming/*.parquet")
    assert file.read_bytes() == content


def test_a_broken_batch_is_rejected_with_column_rule_and_count(installed: InstalledProject) -> None:
    source = installed.folder / "data/flights.parquet"
    flights = pd.read_parquet(source)
    broken = flights.assign(distance=flights["distance"].astype("int32"))
    march = broken.index[broken["time"].dt.month == 3][:7]
    broken.loc[march, "distance"] = 99_999
    broken.to_parquet(source)
    try:
        installed.run("ingest --period 2013-03")
        output = installed.run("validate", status=2)
    finally:
        run_git("checkout", "data", cwd=installed.folder)
    assert "2013-03 (5,000 rows) is rejected" in output
    assert "`distance` must be at most 6,000: violated in 7 rows" in output
    assert pd.read_parquet(installed.folder / "var/data/2013-03.parquet")["distance"].max() < 6000
    (broken_rows,) = installed.folder.glob("var/validation/2013-03-*/broken_rows.csv")
    assert list(pd.read_csv(broken_rows)["distance"]) == [99_999] * 7
    page = broken_rows.with_name("report.html").read_text()
    assert "2013-03: rejected" in page
    assert "violated in 7 rows" in page


def test_a_full_disk_is_one_sentence_and_changes_no_file(installed: InstalledProject) -> None:
    shutil.rmtree(installed.folder / "var", ignore_errors=True)
    for step in ("ingest --period 2013-04", "validate --period 2013-03", "train --period 2013-01"):
        installed.run(step)
    (installed.folder / "mine.csv").write_text("mine\n")
    predict = "predict data/flights.parquet --output mine.csv"

    def read_files() -> dict[Path, bytes]:
        paths = [*installed.folder.glob("var/**/*"), installed.folder / "mine.csv"]
        # The result of a validation is complete before the accepted rows are copied, and a lock
        # names the process that held it last.
        other = {"validation", ".lock"}
        files = (path for path in paths if path.is_file() and not other & {*path.parts})
        return {file: file.read_bytes() for file in files}

    before = read_files()
    assert before
    for line in ("ingest", "validate", "train --period 2013-02", predict):
        full = installed.shell(f"ulimit -f 8; .venv/bin/churn {line}")
        assert full.returncode == 1, full
        assert "File too large" in full.stderr
        assert "Traceback" not in full.stderr
        assert read_files() == before


@pytest.mark.rubric("pre-commit", points=1, levels=SAME_FILES)
def test_the_commit_hooks_stop_a_bad_commit(installed: InstalledProject) -> None:
    installed.shell_output("uv run pre-commit install")
    bad = installed.folder / "src/churn/mine.py"
    bad.write_text('"""Mine."""\n\nanswer: int = "not a number"\n')
    run_git("add", "--all", cwd=installed.folder)
    stopped = installed.shell("git commit -m mine")
    assert stopped.returncode != 0
    assert "Incompatible types in assignment" in stopped.stdout + stopped.stderr
    bad.write_text('"""Mine."""\n\nanswer: int = 42\n')
    key = installed.folder / "key.txt"
    key.write_text("-----BEGIN RSA PRIVATE " + "KEY-----\n")
    run_git("add", "--all", cwd=installed.folder)
    assert "no private key" in installed.shell("git commit -m mine").stderr
    key.unlink()
    run_git("add", "--all", cwd=installed.folder)
    installed.shell_output("git commit -m mine")
