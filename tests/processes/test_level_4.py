"""Level 4: what serves is watched, retrained and released with nobody at the keyboard."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.processes.conftest import Owner, verbs_up_to

pytestmark = [pytest.mark.processes]


def year(owner: Owner, said: str) -> dict[str, Any]:
    """What a simulation kept."""
    folder = Path(said.strip().splitlines()[-1].removeprefix("figures, log, reports: "))
    return dict(json.loads((folder / "year.json").read_text()))


def was_honest(played: dict[str, Any]) -> None:
    """Every row was answered before its label, and both versions answered around each swap."""
    assert played["year"]["failed"] == 0
    swaps = [p["spanned"] for p in played["periods"] if len(p["spanned"]) > 1]
    assert len(swaps) == played["year"]["promoted"]
    for spanned in swaps:
        assert sum(spanned.values()) >= 100
        assert all(answers > 0 for answers in spanned.values())


@pytest.mark.xdist_group("level 4")
def test_it_passes_its_own_checks_and_offers_what_it_promises(make: Callable[..., Owner]) -> None:
    owner = make(4)
    for check in owner.checks():
        owner.passes(check)
    assert owner.verbs() == verbs_up_to(4)


@pytest.mark.xdist_group("level 4")
def test_without_an_example_it_passes_its_own_checks_too(make: Callable[..., Owner]) -> None:
    owner = make(4, example="none")
    for check in owner.checks():
        owner.passes(check)
    assert "no data at " in owner.verb("ingest", status=2)


@pytest.mark.xdist_group("year")
def test_a_year_with_labels_half_a_day_late(make: Callable[..., Owner]) -> None:
    owner = make(4)
    played = year(owner, owner.verb("simulate"))
    was_honest(played)
    total = played["year"]
    assert [p["answers"] for p in played["periods"]] == [5000] * 9
    assert total["served"] <= 0.75 * total["never"]
    assert total["promoted"] >= 2
    assert total["refused"] >= 1


@pytest.mark.xdist_group("year")
def test_a_year_with_labels_45_days_late(make: Callable[..., Owner]) -> None:
    owner = make(4)
    played = year(owner, owner.verb("simulate --label-delay 1080"))
    was_honest(played)
    assert played["year"]["served"] < played["year"]["never"]
    for period in played["periods"]:  # no label of the last 45 days was seen
        if period["window"]:
            last = period["window"].split(" to ")[1]
            assert last[:7] < period["period"]


@pytest.mark.xdist_group("classes")
def test_two_classes_go_through_every_verb(make: Callable[..., Owner]) -> None:
    owner = make(4, example="late-arrival")
    for check in owner.checks():
        owner.passes(check)
    owner.verb("pipeline run --period 2013-03")
    assert "log_loss beside a guess" in owner.verb("promote")
    answer = json.loads(owner.verb("serve --smoke").split("answered ")[1])["predictions"][0]
    assert {"prediction", "probability_late", "probability_on-time"} < set(answer)
    assert answer["probability_late"] + answer["probability_on-time"] == pytest.approx(1)
    owner.verb("score data/flights.parquet")
    assert "log_loss" in owner.verb("labels")
    assert "1 predictions" in owner.verb("monitor --period 2013-03")
    assert list(owner.project.glob("var/monitoring/2013-03-*/report.html"))
    assert "no reason to train" in owner.verb("retrain")
    said = owner.verb("loop --period 2013-05")
    assert re.search(r"gate +version 2 (passed|refused)", said)
    played = year(owner, owner.verb("simulate", CHURN_SIMULATION_KNOWN_PERIODS="9"))
    was_honest(played)
    assert played["year"]["served"] < 0.6
