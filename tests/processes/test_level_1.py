"""Level 1: data are pulled, held to a contract, and nothing else is trained on."""

from collections.abc import Callable

import pandas as pd
import pytest

from tests.conftest import run_git
from tests.processes.conftest import Owner, verbs_up_to

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def owner(make: Callable[..., Owner]) -> Owner:
    return make(1)


def test_the_steps_of_its_workflow_pass(owner: Owner) -> None:
    checks = owner.checks()
    assert len(checks) == 4
    for check in checks:
        owner.passes(check)


def test_it_offers_what_its_level_promises_and_nothing_more(owner: Owner) -> None:
    assert owner.verbs() == verbs_up_to(1)


def test_nothing_is_trained_on_before_it_is_admitted(owner: Owner) -> None:
    assert "no data are admitted yet" in owner.verb("train", status=2)
    owner.verb("ingest --period 2013-03")
    assert len(list(owner.project.glob("var/snapshots/2013-0[123]-*"))) == 3
    assert "no data are admitted yet" in owner.verb("train", status=2)
    owner.verb("validate")
    assert "15000 rows up to 2013-03" in owner.verb("train")


def test_a_broken_batch_is_refused_with_column_rule_and_count(owner: Owner) -> None:
    source = owner.project / "data/flights.parquet"
    flights = pd.read_parquet(source)
    broken = flights.assign(distance=flights["distance"].astype("int32"))
    march = broken.index[broken["time"].dt.month == 3][:7]
    broken.loc[march, "distance"] = 99_999
    broken.to_parquet(source)
    try:
        owner.verb("ingest --period 2013-03")
        said = owner.verb("validate", status=2)
    finally:
        run_git("checkout", "data", cwd=owner.project)
    assert "2013-03 is not admitted" in said
    assert "`distance` must be at most 6000, which 7 rows break" in said
    assert pd.read_parquet(owner.project / "var/data/2013-03.parquet")["distance"].max() < 6000


def test_a_commit_runs_the_hooks_and_a_bad_one_is_stopped(owner: Owner) -> None:
    owner.passes("uv run pre-commit install")
    bad = owner.project / "src/churn/mine.py"
    bad.write_text('"""Mine."""\n\nanswer: int = "not a number"\n')
    run_git("add", "--all", cwd=owner.project)
    stopped = owner.types("git commit -m mine")
    assert stopped.returncode != 0
    assert "Incompatible types in assignment" in stopped.stdout + stopped.stderr
    bad.write_text('"""Mine."""\n\nanswer: int = 42\n')
    run_git("add", "--all", cwd=owner.project)
    owner.passes("git commit -m mine")
