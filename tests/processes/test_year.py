"""A year with nobody at the keyboard: watched, retrained, judged, released, served."""

from collections.abc import Callable

import pytest

from tests.processes.conftest import NIGHTLY, Owner, was_honest, year

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


@pytest.mark.skipif(not NIGHTLY, reason="takes minutes: `.ci/nightly` runs it")
def test_a_year_with_labels_45_days_late(make: Callable[..., Owner]) -> None:
    owner = make(4)
    played = year(owner.verb("simulate --label-delay 1080"))
    was_honest(played)
    assert played["year"]["served"] < played["year"]["never"]
    for period in played["periods"]:  # no label of the last 45 days was seen
        if period["window"]:
            last = period["window"].split(" to ")[1]
            assert last[:7] < period["period"]
