"""The promises of a level, for other examples and another delay of the labels."""

import json
import re

import pytest

from tests.support.projects import Install, check_replay, read_replay


@pytest.mark.parametrize("level", [2, 3, 4])
def test_the_tests_of_a_project_reach_the_required_coverage(install: Install, level: int) -> None:
    install(level).shell_output("uv run pytest --cov")


def test_a_project_without_an_example_passes_its_checks(install: Install) -> None:
    install(4, example="none").run_checks()


def test_every_command_works_with_two_classes(install: Install) -> None:
    installed = install(4, example="late-arrival")
    installed.run_checks()
    installed.run("pipeline run --period 2013-03")
    assert "log_loss, baseline" in installed.run("promote")
    answer = json.loads(installed.run("serve --smoke --json"))["response"]["predictions"][0]
    assert {"prediction", "probability_late", "probability_on-time"} < set(answer)
    assert answer["probability_late"] + answer["probability_on-time"] == pytest.approx(1)
    installed.run("score data/flights.parquet")
    assert "no prediction is logged yet" in installed.run("labels", status=2)
    assert " 0 predictions" in installed.run("monitor --period 2013-03")
    assert "no reason to train" in installed.run("retrain")
    output = installed.run("loop --period 2013-05")
    assert re.search(r"version +2, (passed|rejected)", output)
    replay = read_replay(installed.run("simulate", CHURN_SIMULATION_KNOWN_PERIODS="9"))
    check_replay(replay)
    reports = list(installed.folder.glob("var/simulation/*/var/monitoring/2013-1*/report.html"))
    assert len(reports) == 3
    assert replay["year"]["served_error"] < 0.6


def test_a_year_with_labels_45_days_late_pays_off(install: Install) -> None:
    installed = install(4)
    known = "6"  # with fewer, the gate rejects the first version
    printed = installed.run("simulate --label-delay 1080", CHURN_SIMULATION_KNOWN_PERIODS=known)
    replay = read_replay(printed)
    check_replay(replay)
    assert replay["year"]["served_error"] < replay["year"]["static_error"]
    labelled = [period for period in replay["periods"] if period["window"]]
    assert labelled
    for period in labelled:  # no label of the last 45 days was seen
        last = period["window"].split(" to ")[1]
        assert last[:7] < period["period"]
