"""Defects that only a simulated year shows. The year is a short one, of a sample of the flights."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support.projects import Owner, retraining_pays_off, year
from tests.support.seeded_defects import Defect, defects_for

YEAR = "tests/projects/test_year.py::test_a_year_with_labels_half_a_day_late"
MONTHS, ROWS_PER_MONTH = 7, 1200


@pytest.fixture(scope="module")
def owner(make: Callable[..., Owner]) -> Owner:
    owner = make(4)
    owner.passes("uv sync --quiet")
    flights = pd.read_parquet(owner.project / "data/flights.parquet")
    months = flights["time"].dt.month
    sample = flights[months <= MONTHS].groupby(months).sample(ROWS_PER_MONTH, random_state=0)
    sample.sort_index().to_parquet(owner.project / "data/sample.parquet")
    return owner


def simulate(owner: Owner, project: Path) -> dict[str, Any]:
    """Simulate a short year with the package of a project, in the environment of another."""
    program = owner.project / ".venv/bin/churn"
    env = {
        "CHURN_DATA_SOURCE": str(owner.project / "data/sample.parquet"),
        "CHURN_SIMULATION_CLIENTS": "2",
        "CHURN_SIMULATION_PAUSE_SECONDS": "0.05",
        "PYTHONPATH": str(project / "src"),
    }
    done = Owner(project).types(f"'{program}' simulate", **env)
    assert done.returncode == 0, done.stdout + done.stderr
    return year(done.stdout)


def test_without_a_defect_retraining_pays_off(owner: Owner) -> None:
    retraining_pays_off(simulate(owner, owner.project))


@pytest.mark.parametrize("defect", defects_for(YEAR), ids=lambda defect: defect.name)
def test_a_defect_is_found(owner: Owner, tmp_path: Path, defect: Defect) -> None:
    copy = defect.copy(owner.project, tmp_path / "churn")
    played = simulate(owner, copy)
    with pytest.raises(AssertionError):
        retraining_pays_off(played)
