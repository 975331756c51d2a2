"""Level 2: what was trained is recorded and registered, whenever it was trained."""

from collections.abc import Callable

import pytest

from tests.conftest import commit, upgrade_cleanly
from tests.support.projects import OWN_ML_TESTS, Owner, verbs_up_to

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def owner(make: Callable[..., Owner]) -> Owner:
    """A project born at level 0, used there, then upgrade_cleanly."""
    born = make(0)
    born.verb("train --period 2013-02")
    commit(born.project)
    upgrade_cleanly(born.project, 2)
    commit(born.project)
    return born


def runs(owner: Owner) -> set[str]:
    return {folder.name for folder in owner.project.glob("var/runs/[!.]*")}


@pytest.mark.rubric("unit-tests", points=1, levels=[2])
@pytest.mark.rubric("integration-test", points=1, levels=[2])
@pytest.mark.rubric("reproducibility", points=4, levels=[2])
@pytest.mark.rubric("linter", points=1, levels=[2])
@pytest.mark.ml_test_score(*OWN_ML_TESTS[2], levels=[2])
def test_it_passes_its_own_checks(owner: Owner) -> None:
    assert owner.passes_checks(covered=False) == set(OWN_ML_TESTS[2])


def test_it_offers_what_its_level_promises_and_nothing_more(owner: Owner) -> None:
    assert owner.verbs() == verbs_up_to(2)


@pytest.mark.rubric("tracking", points=4, levels=[2])
def test_a_run_made_at_level_0_is_recorded_and_the_pipeline_repeats_nothing(owner: Owner) -> None:
    (before,) = runs(owner)
    assert f"recorded {before}" in owner.verb("track")
    said = owner.verb("pipeline run --period 2013-03")
    assert "version 1 (2013-03-" in said
    trained = runs(owner)
    assert len(trained) == 2
    assert "nothing to do" in owner.verb("pipeline run --period 2013-03")
    assert runs(owner) == trained
    assert owner.verb("track") == "every finished run is recorded\n"

    # The same data, declaration and code are the same run, whatever the level.
    assert "version 2 (" + before in owner.verb("pipeline run --period 2013-02")
    listed = owner.verb("models list").splitlines()
    assert [line.split()[0] for line in listed[1:]] == ["1", "2"]


def test_a_tracking_server_that_is_away_loses_nothing(owner: Owner) -> None:
    away = {"MLFLOW_TRACKING_URI": "http://127.0.0.1:9"}
    before = runs(owner)
    said = owner.verb("train --period 2013-01", status=1, **away)
    assert "saved, but not recorded" in said
    assert len(runs(owner) - before) == 1
    assert "recorded 2013-01-" in owner.verb("track")
