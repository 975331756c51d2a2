"""Level 2 records and registers each run, also those of lower levels."""

import json
from pathlib import Path

import pytest

from tests.support.generator import commit, upgrade_cleanly
from tests.support.projects import Install, InstalledProject, commands_up_to


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    """A project that was generated and used at level 0, then upgraded to level 2."""
    project = install(0)
    project.run("train --period 2013-02")
    commit(project.folder)
    upgrade_cleanly(project.folder, 2)
    commit(project.folder)
    project.sync()
    return project


def runs(installed: InstalledProject) -> set[str]:
    return {folder.name for folder in installed.folder.glob("var/runs/[!.]*")}


@pytest.mark.rubric("unit-tests", points=1, levels=[2])
@pytest.mark.rubric("integration-test", points=1, levels=[2])
@pytest.mark.rubric("reproducibility", points=4, levels=[2])
@pytest.mark.rubric("linter", points=1, levels=[2])
def test_the_project_passes_its_checks(installed: InstalledProject) -> None:
    assert installed.collect_tests() > 100  # levels 0 and 4 run the tests of other levels
    installed.run_checks(installed.tests_added_by(2))


def test_the_project_has_the_commands_of_its_level(installed: InstalledProject) -> None:
    assert installed.commands() == commands_up_to(2)


@pytest.mark.rubric("tracking", points=4, levels=[2])
def test_a_run_made_at_level_0_is_recorded_and_the_pipeline_repeats_nothing(
    installed: InstalledProject,
) -> None:
    (before,) = runs(installed)
    assert f"recorded {before}" in installed.run("track")
    output = installed.run("pipeline run --period 2013-03")
    assert "version 1 (2013-03-" in output
    trained = runs(installed)
    assert len(trained) == 2
    assert "nothing to do" in installed.run("pipeline run --period 2013-03")
    assert runs(installed) == trained
    assert installed.run("track") == "every finished run is recorded\n"

    # The same data, declaration and code are the same run, at each level.
    assert "version 2 (" + before in installed.run("pipeline run --period 2013-02")
    listed = installed.run("models list").splitlines()
    assert [line.split()[0] for line in listed[1:]] == ["1", "2"]
    printed = installed.run("pipeline backfill --from 2013-02 --to 2013-03 --parallel 2")
    assert "no new version: nothing to do" in printed
    assert installed.run("models list").splitlines() == listed
    refused = installed.run("pipeline backfill --from 2013-03 --to 2013-02", status=2)
    assert refused.startswith("--from 2013-03 is later than --to 2013-02")
    assert "greater than or equal to 1" in installed.run("pipeline backfill --parallel 0", status=2)


def test_runs_and_versions_are_listed_shown_compared_and_fetched(
    installed: InstalledProject,
) -> None:
    listed = installed.run("runs list").splitlines()
    names = [line.split()[0] for line in listed[1:]]
    assert set(names) == runs(installed)
    compared = installed.run(f"runs compare {names[0]} {names[1]}")
    assert "different inputs: data" in compared
    assert Path(compared.splitlines()[-1].removeprefix("picture: ")).stat().st_size > 5_000
    assert "mae" in installed.run("models compare 1 2")
    shown = json.loads(installed.run("models show 1 --json"))
    assert shown["run"]["metrics"]["mae"] > 0
    assert (installed.folder / "var/runs" / shown["run"]["id"]).is_dir()
    installed.run("models fetch 1 var/fetched")
    assert "name a new folder" in installed.run("models fetch 1 var/fetched", status=2)
    assert installed.run("models show 9", status=2).startswith("there is no version 9")
    assert installed.run("runs compare a b", status=2).startswith("there is no run a")


def test_no_run_is_lost_while_the_tracking_server_is_down(installed: InstalledProject) -> None:
    away = {"MLFLOW_TRACKING_URI": "http://127.0.0.1:9"}
    before = runs(installed)
    output = installed.run("train --period 2013-01", status=1, **away)
    assert "saved, but not recorded" in output
    assert len(runs(installed) - before) == 1
    assert "recorded 2013-01-" in installed.run("track")
