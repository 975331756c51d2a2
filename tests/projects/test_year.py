"""A year with nobody at the keyboard: watched, retrained, judged, released, served."""

from collections.abc import Callable

import pytest

from tests.support.projects import Owner, was_honest, year

pytestmark = pytest.mark.processes


@pytest.mark.ml_test_score("infrastructure-4", "model-4", "monitoring-7", levels=[4])
def test_a_year_with_labels_half_a_day_late(make: Callable[..., Owner]) -> None:
    owner = make(4)
    played = year(owner.verb("simulate"))
    was_honest(played)
    total = played["year"]
    assert [p["answers"] for p in played["periods"]] == [5000] * 9
    assert total["served"] <= 0.75 * total["never"]
    assert total["promoted"] >= 2
    assert total["refused"] >= 1
