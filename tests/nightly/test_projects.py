"""What a level promises, of other examples and another delay of the labels."""

import json
import re
from collections.abc import Callable

import pytest

from tests.support.projects import Owner, was_honest, year


@pytest.mark.parametrize("level", [2, 3])
def test_its_own_tests_reach_what_it_demands(make: Callable[..., Owner], level: int) -> None:
    make(level).passes("uv run pytest --cov")


def test_without_an_example_it_passes_its_own_checks(make: Callable[..., Owner]) -> None:
    make(4, example="none").passes_checks()


def test_two_classes_go_through_every_verb(make: Callable[..., Owner]) -> None:
    owner = make(4, example="late-arrival")
    owner.passes_checks()
    owner.verb("pipeline run --period 2013-03")
    assert "log_loss, baseline" in owner.verb("promote")
    answer = json.loads(owner.verb("serve --smoke --json"))["response"]["predictions"][0]
    assert {"prediction", "probability_late", "probability_on-time"} < set(answer)
    assert answer["probability_late"] + answer["probability_on-time"] == pytest.approx(1)
    owner.verb("score data/flights.parquet")
    assert "no prediction is logged yet" in owner.verb("labels", status=2)
    assert " 0 predictions" in owner.verb("monitor --period 2013-03")
    assert "no reason to train" in owner.verb("retrain")
    said = owner.verb("loop --period 2013-05")
    assert re.search(r"version +2, (passed|rejected)", said)
    played = year(owner.verb("simulate", CHURN_SIMULATION_KNOWN_PERIODS="9"))
    was_honest(played)
    reports = list(owner.project.glob("var/simulation/*/var/monitoring/2013-1*/report.html"))
    assert len(reports) == 3
    assert played["year"]["served_error"] < 0.6


def test_a_year_with_labels_45_days_late(make: Callable[..., Owner]) -> None:
    owner = make(4)
    played = year(owner.verb("simulate --label-delay 1080"))
    was_honest(played)
    assert played["year"]["served_error"] < played["year"]["static_error"]
    labelled = [period for period in played["periods"] if period["window"]]
    assert labelled
    for period in labelled:  # no label of the last 45 days was seen
        last = period["window"].split(" to ")[1]
        assert last[:7] < period["period"]
