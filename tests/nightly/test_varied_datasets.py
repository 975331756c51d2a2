"""Very different data sets work at level 2: declared, checked, trained and registered."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.generator import run_cli
from tests.support.projects import InstalledProject
from tests.support.varied_datasets import SETS


@pytest.fixture(scope="module", params=SETS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def installed(name: str) -> Iterator[InstalledProject]:
    make, target, _ = SETS[name]
    folder = Path(tempfile.mkdtemp(prefix="unlike-"))
    words = ["--level", 2, "--data", make(folder), "--target", target, "--defaults"]
    result = run_cli("churn", *words, cwd=folder)
    assert result.status == 0, result.err
    installed = InstalledProject(folder / "churn")
    installed.sync()
    yield installed
    shutil.rmtree(folder, ignore_errors=True)


def test_a_model_is_registered_and_better_than_the_baseline(
    installed: InstalledProject, name: str
) -> None:
    installed.run("pipeline run")
    assert "not evaluated" in installed.run("models list")
    (file,) = installed.folder.glob("var/runs/*/run.json")
    loss, baseline = list(json.loads(file.read_text())["metrics"].values())[:2]
    share = SETS[name][2]
    assert share is None or loss < share * baseline


def test_the_project_passes_its_checks(installed: InstalledProject) -> None:
    installed.run_checks()
