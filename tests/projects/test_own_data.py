"""The user's data work at level 4: declared by one command, then used by every command."""

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import datasets
from tests.support.generator import run_cli, run_git
from tests.support.projects import NIGHTLY, InstalledProject, check_replay, read_replay


@dataclass(frozen=True)
class Case:
    """A data set, and the expected result."""

    make: Callable[[Path], Path]
    target: str
    task: str
    max_loss_ratio: float  # loss of the model / loss of the baseline
    classes: tuple[str, ...] = ()


CASES = {
    "weather": Case(datasets.weather, "temp_max", "regression", 0.6),
    "tumours": Case(datasets.tumours, "diagnosis", "binary", 0.4, ("benign", "malignant")),
    "penguins": Case(
        datasets.penguins, "species", "multiclass", 0.4, ("Adelie", "Chinstrap", "Gentoo")
    ),
}


DEPEND_ON_DATA = "tests/test_*.py"


# Those without time or key are least like the examples; `.ci/nightly` takes the others too.
@pytest.fixture(scope="module", params=CASES if NIGHTLY else ["tumours"])
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture(scope="module")
def installed(case: Case) -> Iterator[InstalledProject]:
    folder = Path(tempfile.mkdtemp(prefix="own-data-"))
    data = case.make(folder)
    words = ["--level", 4, "--data", data, "--target", case.target, "--defaults"]
    result = run_cli("churn", *words, cwd=folder)
    assert result.status == 0, result.err
    assert f"target: {case.target}   task: {case.task}" in result.out
    installed = InstalledProject(folder / "churn")
    installed.sync()
    yield installed
    shutil.rmtree(folder, ignore_errors=True)


def test_the_declaration_is_the_second_commit_and_the_data_are_in_no_commit(
    installed: InstalledProject,
) -> None:
    log = run_git("log", "--format=%s", cwd=installed.folder).splitlines()
    assert len(log) == 2
    assert log[0].startswith("Declare ")
    # The first `uv sync` writes the lock file of this project.
    assert run_git("status", "--porcelain", cwd=installed.folder) in ("", "?? uv.lock\n")
    assert not [path for path in run_git("ls-files", cwd=installed.folder).split() if "csv" in path]


def test_the_project_passes_its_checks(installed: InstalledProject) -> None:
    installed.run_checks("" if NIGHTLY else DEPEND_ON_DATA, coverage=NIGHTLY)


def test_a_model_is_trained_registered_served_and_monitored(
    installed: InstalledProject, case: Case
) -> None:
    installed.run("pipeline run")
    (file,) = installed.folder.glob("var/runs/*/run.json")
    loss, baseline = list(json.loads(file.read_text())["metrics"].values())[:2]
    assert loss < case.max_loss_ratio * baseline
    assert "✓ passed" in installed.run("promote")

    answer = json.loads(installed.run("serve --smoke --json"))["response"]["predictions"][0]
    chances = [answer[f"probability_{name}"] for name in case.classes]
    assert not chances or sum(chances) == pytest.approx(1)

    (source,) = installed.folder.parent.glob("*.csv")
    rows = len(source.read_text().splitlines()) - 1
    assert f"{rows:,} rows scored: " in installed.run(f"score ../{source.name}")
    (scored,) = installed.folder.glob("var/scored/*.csv")
    assert {f"probability_{name}" for name in case.classes} <= set(
        scored.read_text().splitlines()[0].split(",")
    )
    assert "0 predictions" in installed.run("monitor")
    assert "no reason to train" in installed.run("retrain")
    assert re.search(r"active +version 1", installed.run("loop"))


def test_a_replay_of_its_periods_has_no_failed_request(
    installed: InstalledProject, case: Case
) -> None:
    replay = read_replay(installed.run("simulate"))
    check_replay(replay)
    assert len(replay["periods"]) >= 3
    assert all(each["predictions"] > 0 for each in replay["periods"])


def test_no_other_file_names_a_column(installed: InstalledProject) -> None:
    (source,) = installed.folder.parent.glob("*.csv")
    columns = [name.strip('"') for name in source.read_text().splitlines()[0].split(",")]
    # Common words occur in any code, so they prove nothing.
    telling = [name for name in columns if "_" in name or len(name.split()) > 1]
    declaration = (installed.folder / "conf/data.yml").read_text()
    assert telling
    assert [name for name in telling if name not in declaration] == []
    about_data = ("conf/data.yml", "docs/reference/data-card")
    for path in run_git("ls-files", cwd=installed.folder).splitlines():
        if not path.startswith(about_data):
            text = (installed.folder / path).read_text(errors="ignore")
            assert [name for name in telling if name in text] == [], path
