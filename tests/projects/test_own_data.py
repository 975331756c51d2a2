"""An owner's own data go through level 4: declared in one command, then every verb."""

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import run_cli, run_git
from tests.support import datasets
from tests.support.projects import NIGHTLY, Owner, was_honest, year

pytestmark = pytest.mark.processes


@dataclass(frozen=True)
class Case:
    """A data set, and what is known of it."""

    make: Callable[[Path], Path]
    target: str
    task: str
    guess: float  # the model's loss is at most this share of a guess's
    classes: tuple[str, ...] = ()


CASES = {
    "weather": Case(datasets.weather, "temp_max", "regression", 0.6),
    "tumours": Case(datasets.tumours, "diagnosis", "binary", 0.4, ("benign", "malignant")),
    "penguins": Case(
        datasets.penguins, "species", "multiclass", 0.4, ("Adelie", "Chinstrap", "Gentoo")
    ),
}


# Those without time or key are least like the examples; `.ci/nightly` takes the others too.
@pytest.fixture(scope="module", params=CASES if NIGHTLY else ["tumours"])
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture(scope="module")
def owner(case: Case) -> Iterator[Owner]:
    folder = Path(tempfile.mkdtemp(prefix="own-data-"))
    data = case.make(folder)
    words = ["--level", 4, "--data", data, "--target", case.target, "--defaults"]
    said = run_cli("churn", *words, cwd=folder)
    assert said.status == 0, said.err
    assert f"target: {case.target}   task: {case.task}" in said.out
    yield Owner(folder / "churn")
    shutil.rmtree(folder, ignore_errors=True)


def test_the_declaration_is_the_second_commit_and_the_data_are_in_none(owner: Owner) -> None:
    log = run_git("log", "--format=%s", cwd=owner.project).splitlines()
    assert len(log) == 2
    assert log[0].startswith("Declare ")
    assert run_git("status", "--porcelain", cwd=owner.project) == ""
    assert not [path for path in run_git("ls-files", cwd=owner.project).split() if "csv" in path]


def test_it_passes_its_own_checks(owner: Owner) -> None:
    owner.passes_checks(covered=NIGHTLY)


def test_it_trains_registers_serves_scores_and_is_watched(owner: Owner, case: Case) -> None:
    owner.verb("pipeline run")
    (file,) = owner.project.glob("var/runs/*/run.json")
    metric, guess = json.loads(file.read_text())["metrics"].values()
    assert metric < case.guess * guess
    assert "✓ passed" in owner.verb("promote")

    answer = json.loads(owner.verb("serve --smoke --json"))["response"]["predictions"][0]
    chances = [answer[f"probability_{name}"] for name in case.classes]
    assert not chances or sum(chances) == pytest.approx(1)

    (source,) = owner.project.parent.glob("*.csv")
    rows = len(source.read_text().splitlines()) - 1
    assert f"{rows} rows scored in " in owner.verb(f"score ../{source.name}")
    (scored,) = owner.project.glob("var/scored/*.csv")
    assert {f"probability_{name}" for name in case.classes} <= set(
        scored.read_text().splitlines()[0].split(",")
    )
    assert "0 predictions" in owner.verb("monitor")
    assert "no reason to train" in owner.verb("retrain")
    assert re.search(r"serves +version 1", owner.verb("loop"))


def test_its_periods_are_played_without_a_failed_request(owner: Owner, case: Case) -> None:
    played = year(owner.verb("simulate"))
    was_honest(played)
    assert len(played["periods"]) >= 3
    assert all(each["predictions"] > 0 for each in played["periods"])


def test_no_other_file_names_a_column(owner: Owner) -> None:
    (source,) = owner.project.parent.glob("*.csv")
    columns = [name.strip('"') for name in source.read_text().splitlines()[0].split(",")]
    # Words of everyday speech prove nothing: they stand in any code.
    telling = [name for name in columns if "_" in name or len(name.split()) > 1]
    declaration = (owner.project / "conf/data.yml").read_text()
    assert telling
    assert [name for name in telling if name not in declaration] == []
    about_data = ("conf/data.yml", "docs/reference/data-card")
    for path in run_git("ls-files", cwd=owner.project).splitlines():
        if not path.startswith(about_data):
            text = (owner.project / path).read_text(errors="ignore")
            assert [name for name in telling if name in text] == [], path
