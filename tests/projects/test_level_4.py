"""Level 4 passes its checks in its own workflow, with and without an example."""

from pathlib import Path

import pytest
from mlops_init.inspect.doctor import ENVIRONMENT_GB

from tests.support.forge import Forge
from tests.support.projects import (
    OWN_ML_TESTS,
    Install,
    InstalledProject,
    commands_up_to,
    serve_first_model,
)


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    return install(4)


@pytest.mark.rubric("unit-tests", points=1, levels=[4])
@pytest.mark.rubric("integration-test", points=1, levels=[4])
@pytest.mark.rubric("reproducibility", points=4, levels=[4])
@pytest.mark.rubric("linter", points=1, levels=[4])
# A file of tests is the same at each level that has it.
@pytest.mark.ml_test_score(*OWN_ML_TESTS[1], levels=[1])
@pytest.mark.ml_test_score(*OWN_ML_TESTS[2], levels=[2])
@pytest.mark.ml_test_score(*OWN_ML_TESTS[3], levels=[3])
@pytest.mark.ml_test_score(*OWN_ML_TESTS[4], levels=[4])
def test_the_project_passes_its_checks_workflow(
    installed: InstalledProject, tmp_path: Path
) -> None:
    options = "PYTEST_ADDOPTS=-rA --color=no --no-cov"  # `.ci/nightly` measures the coverage
    words = ("--matrix", "python:3.11", "--env", options)
    run = Forge(installed.folder, tmp_path).runs("checks", *words, at="checks", event="push")
    assert run.status == 0, run.output
    assert installed.ml_tests(run.output) == set(OWN_ML_TESTS[4])


def test_the_project_has_the_commands_of_its_level(installed: InstalledProject) -> None:
    assert installed.commands() == commands_up_to(4)


def test_the_environment_has_the_size_that_doctor_expects(installed: InstalledProject) -> None:
    files = (each for each in (installed.folder / ".venv").rglob("*") if not each.is_symlink())
    size = sum(each.stat().st_size for each in files if each.is_file()) / 1e9
    assert 0.8 * size < ENVIRONMENT_GB[4] < 1.3 * size


def test_a_first_model_is_served(installed: InstalledProject) -> None:
    serve_first_model(installed)


def test_a_project_without_an_example_asks_for_data(install: Install) -> None:
    installed = install(4, example="none")
    for check in installed.checks():
        if "pytest" not in check:  # `.ci/nightly` runs its tests
            installed.shell_output(check)
    assert "no data at " in installed.run("ingest", status=2)
