"""A defect in a project makes the test of the ML Test Score fail that must find it."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.projects import Install, InstalledProject
from tests.support.seeded_defects import DEFECTS, Defect

Pytest = Callable[..., tuple[int, str]]
RUNNER = Path(__file__).parents[1] / "support/warm_pytest.py"
OPTIONS = (
    *("-o", "addopts=--import-mode=importlib", "-p", "no:cacheprovider"),
    *("-q", "-rA", "--tb=short", "-W", "ignore"),
)


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    installed = install(4)
    return installed


@pytest.fixture(scope="module")
def run_pytest(installed: InstalledProject) -> Iterator[Pytest]:
    """`run_pytest(folder, *words)`: the status of pytest in a copy of the project, its output."""
    process = subprocess.Popen(
        [installed.folder / ".venv/bin/python", RUNNER],
        env=os.environ | {"COLUMNS": "300"},  # the summary then shows how a test failed
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    requests, statuses = process.stdin, process.stdout
    assert requests and statuses

    def run(folder: Path, *words: str) -> tuple[int, str]:
        words = (f"--basetemp={folder.parent}/scratch", *OPTIONS, *words)
        print(json.dumps([str(folder), *words]), file=requests, flush=True)
        return int(statuses.readline()), (folder / "output.txt").read_text()

    yield run
    requests.close()
    process.wait()


def test_without_a_defect_all_marked_tests_pass(
    installed: InstalledProject, run_pytest: Pytest
) -> None:
    status, output = run_pytest(installed.folder, "-m", "ml_test")
    assert status == 0, output
    passed = {*re.findall(r"^PASSED (\S+?\.py::\w+)", output, re.M)}
    assert passed == {test for _, test in installed.marked_tests()}


@pytest.mark.parametrize(
    "defect", [each for each in DEFECTS if each.test], ids=lambda defect: defect.name
)
def test_a_defect_is_found(
    installed: InstalledProject, run_pytest: Pytest, tmp_path: Path, defect: Defect
) -> None:
    copy = defect.copy(installed.folder, tmp_path / "churn")
    status, output = run_pytest(copy, defect.test)
    assert status == 1, output
    failures = re.findall(rf"^FAILED {re.escape(defect.test)}(?:\[.*?\])? - (.*)$", output, re.M)
    assert failures, output
    assert [line for line in failures if not re.match(defect.failure, line)] == [], output
