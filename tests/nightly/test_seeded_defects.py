"""Defects that only a simulated year shows. The year is a short one, of a sample of the flights."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support.projects import Install, InstalledProject, check_retraining_pays_off, read_replay
from tests.support.seeded_defects import Defect, defects_for

YEAR = "tests/projects/test_year.py::test_a_year_of_retraining_without_a_human_pays_off"
MONTHS, ROWS_PER_MONTH = 9, 1200


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    installed = install(4)
    flights = pd.read_parquet(installed.folder / "data/flights.parquet")
    months = flights["time"].dt.month
    sample = flights[months <= MONTHS].groupby(months).sample(ROWS_PER_MONTH, random_state=0)
    sample.sort_index().to_parquet(installed.folder / "data/sample.parquet")
    return installed


def simulate(installed: InstalledProject, project: Path) -> dict[str, Any]:
    """Simulate a short year with the package of a project, in the environment of another."""
    program = installed.folder / ".venv/bin/churn"
    env = {
        "CHURN_DATA_SOURCE": str(installed.folder / "data/sample.parquet"),
        "CHURN_SIMULATION_CLIENTS": "2",
        "CHURN_SIMULATION_PAUSE_SECONDS": "0.05",
        "PYTHONPATH": str(project / "src"),
    }
    done = InstalledProject(project).shell(f"'{program}' simulate", **env)
    assert done.returncode == 0, done.stdout + done.stderr
    return read_replay(done.stdout)


def test_without_a_defect_retraining_pays_off(installed: InstalledProject) -> None:
    check_retraining_pays_off(simulate(installed, installed.folder))


@pytest.mark.parametrize("defect", defects_for(YEAR), ids=lambda defect: defect.name)
def test_a_defect_is_found(installed: InstalledProject, tmp_path: Path, defect: Defect) -> None:
    copy = defect.copy(installed.folder, tmp_path / "churn")
    replay = simulate(installed, copy)
    with pytest.raises(AssertionError):
        check_retraining_pays_off(replay)
