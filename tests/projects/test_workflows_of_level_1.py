"""The workflows of checks, audit and ingestion run on new machines."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest

from tests.support.forge import Forge
from tests.support.generator import commit, run_git
from tests.support.local_runner import SCRIPTS
from tests.support.projects import SAME_FILES, Install, InstalledProject
from tests.support.seeded_defects import Defect, defects_for

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
AUDIT_TEST = (
    "tests/projects/test_workflows_of_level_1.py::"
    "test_a_vulnerable_library_fails_the_audit_which_lists_licences"
)
# `uv audit` asks a server for known vulnerabilities; this script answers in its place.
AUDITED = f"""#!/bin/sh
[ "$1" = audit ] && {{{{ echo "audited: {{status}}"; exit {{status}}; }}}}
exec {SCRIPTS / "uv"} "$@"
"""


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    return install(1)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder outside those of pytest, because coverage excludes these."""
    with TemporaryDirectory(prefix="forge-") as folder:
        yield Path(folder)


@pytest.fixture
def forge(installed: InstalledProject, place: Path) -> Forge:
    """A forge with the project."""
    return Forge(installed.folder, place)


@pytest.mark.rubric("ci-cd", points=2, levels=SAME_FILES)
def test_a_failing_test_fails_the_checks(installed: InstalledProject, place: Path) -> None:
    copy = place / "churn"
    shutil.copytree(installed.folder, copy, ignore=shutil.ignore_patterns(".venv", "var"))
    for file in copy.glob("tests/**/test_*.py"):
        file.unlink()
    failing = '"""A test that fails."""\n\n\ndef test_it() -> None:\n    assert len("a") == 2\n'
    (copy / "tests/test_broken.py").write_text(failing)
    commit(copy)
    forge = Forge(copy, place)
    run = forge.runs("checks", "--matrix", "python:3.11", at="checks", event="pull_request")
    assert run.status != 0
    output = COLOURS.sub("", run.output)
    assert "FAILED tests/test_broken.py::test_it" in output
    assert re.search(r"\| src/churn/training\.py +\| +\d+ \|", output)  # the coverage


@pytest.mark.ml_test_score("monitoring-1", levels=SAME_FILES)
def test_a_vulnerable_library_fails_the_audit_which_lists_licences(forge: Forge) -> None:
    sound = forge.runs("audit", at="sound", commands={"uv": AUDITED.format(status=0)})
    assert sound.status == 0, sound.output
    assert re.search(r"scikit-learn +1\.\S+ +BSD-3-Clause", sound.output)
    check_a_vulnerable_library_fails_the_audit(forge)


def check_a_vulnerable_library_fails_the_audit(forge: Forge) -> None:
    weak = forge.runs("audit", at="weak", commands={"uv": AUDITED.format(status=1)})
    assert weak.status != 0
    assert "audited: 1" in weak.output
    assert "scikit-learn" not in weak.output  # the steps after it do not run


@pytest.mark.parametrize("defect", defects_for(AUDIT_TEST), ids=lambda defect: defect.name)
def test_a_defect_of_the_audit_is_found(
    installed: InstalledProject, place: Path, defect: Defect
) -> None:
    copy = defect.copy(installed.folder, place / "churn")
    run_git("init", "--quiet", cwd=copy)
    commit(copy)
    with pytest.raises(AssertionError):
        check_a_vulnerable_library_fails_the_audit(Forge(copy, place))


def test_the_nightly_ingestion_validates_and_shows_each_period(forge: Forge) -> None:
    run = forge.runs("ingestion", at="night", event="schedule")
    assert run.status == 0, run.output
    assert "| 2013-03 | 5,000 | accepted |" in run.output
    assert "xychart-beta" in run.output
    assert run.artifacts.is_dir()
    assert not list(run.artifacts.iterdir())  # data may be confidential


def test_the_nightly_ingestion_fails_and_names_a_broken_batch(
    installed: InstalledProject, place: Path
) -> None:
    source = installed.folder / "data/flights.parquet"
    whole = source.read_bytes()
    flights = pd.read_parquet(source)
    flights.loc[flights.index[:7], "dest"] = None
    flights.to_parquet(source)
    commit(installed.folder)
    forge = Forge(installed.folder, place)
    source.write_bytes(whole)
    commit(installed.folder)
    run = forge.runs("ingestion", at="night", event="schedule")
    assert run.status != 0
    assert "| 2013-01 | 5,000 | rejected |" in run.output
    assert "`dest` must not be missing: violated in 7 rows" in run.output
