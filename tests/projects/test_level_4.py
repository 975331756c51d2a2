"""Level 4 keeps its own promises, with an example and without."""

from collections.abc import Callable

import pytest
from mlops_init.inspect.doctor import ENVIRONMENT_GB

from tests.support.projects import OWN_ML_TESTS, Owner, verbs_up_to

pytestmark = pytest.mark.processes


@pytest.mark.rubric("unit-tests", points=1, levels=[4])
@pytest.mark.rubric("integration-test", points=1, levels=[4])
@pytest.mark.rubric("reproducibility", points=4, levels=[4])
@pytest.mark.rubric("linter", points=1, levels=[4])
@pytest.mark.ml_test_score(*OWN_ML_TESTS[4], levels=[4])
def test_it_passes_its_own_checks_and_offers_what_it_promises(make: Callable[..., Owner]) -> None:
    owner = make(4)
    assert owner.passes_checks() == set(OWN_ML_TESTS[4])
    assert owner.verbs() == verbs_up_to(4)
    files = (each for each in (owner.project / ".venv").rglob("*") if not each.is_symlink())
    taken = sum(each.stat().st_size for each in files if each.is_file()) / 1e9
    assert 0.8 * taken < ENVIRONMENT_GB[4] < 1.3 * taken  # what `mlops-init doctor` reckons with


def test_without_an_example_it_asks_for_data(make: Callable[..., Owner]) -> None:
    owner = make(4, example="none")
    for check in owner.checks()[:-1]:  # `.ci/nightly` runs its tests too
        owner.passes(check)
    assert "no data at " in owner.verb("ingest", status=2)
