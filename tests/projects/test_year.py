"""A year without a human: monitored, retrained, evaluated, released, served."""

from collections.abc import Callable

import pytest

from tests.support.projects import Owner, retraining_pays_off, was_honest, year

pytestmark = pytest.mark.processes


@pytest.mark.ml_test_score("infrastructure-4", "model-4", "monitoring-7", levels=[4])
def test_a_year_with_labels_half_a_day_late(make: Callable[..., Owner]) -> None:
    owner = make(4)
    played = year(owner.verb("simulate"))
    was_honest(played)
    assert [p["predictions"] for p in played["periods"]] == [5000] * 9
    retraining_pays_off(played)
