"""A year of monitoring, retraining, evaluation and releases without a human."""

import pytest

from tests.support.projects import Install, check_replay, check_retraining_pays_off, read_replay


@pytest.mark.ml_test_score("infrastructure-4", "model-4", "monitoring-7", levels=[4])
def test_a_year_of_retraining_without_a_human_pays_off(install: Install) -> None:
    installed = install(4)
    replay = read_replay(installed.run("simulate"))
    check_replay(replay)
    assert [p["predictions"] for p in replay["periods"]] == [5000] * 9
    check_retraining_pays_off(replay)
