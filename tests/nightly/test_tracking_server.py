"""A project records to an MLflow server with PostgreSQL and a bucket, by settings alone."""

import shutil
from pathlib import Path

import pytest

from tests.support.projects import Install, InstalledProject
from tests.support.tracking import TrackingServer, tracking_server

LOAD = """
import sys, mlflow
model = mlflow.pyfunc.load_model("fetched")
print(len(model.predict(model.input_example)), sys.modules["churn"].__file__)
"""


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    return install(2)


def run_names(installed: InstalledProject) -> set[str]:
    return {folder.name for folder in installed.folder.glob("var/runs/[!.]*")}


def test_a_server_is_stopped_and_restarted_between_pipeline_run_and_models_fetch(
    installed: InstalledProject, tmp_path: Path
) -> None:
    with tracking_server(installed, tmp_path) as server:
        env = {"MLFLOW_TRACKING_URI": server.url}
        assert "version 1 (2013-02-" in installed.run("pipeline run --period 2013-02", 0, **env)
        check_a_stopped_server(installed, server, env)
        assert not (installed.folder / "var/mlflow.db").exists()

        # Another machine has the code, not the runs.
        shutil.rmtree(installed.folder / "var/runs")
        compared = installed.run("models compare 1 2", 0, **env)
        assert "different inputs: data" in compared
        assert len(run_names(installed)) == 2
        installed.run("models fetch 2 fetched", 0, **env)
    check_an_empty_environment(installed, tmp_path)


def check_an_empty_environment(installed: InstalledProject, folder: Path) -> None:
    """The fetched model predicts with nothing but its libraries: it brings its own code."""
    requirements = installed.folder / "fetched/requirements.txt"
    shutil.copytree(requirements.parent, folder / "fetched")
    installed.shell_output(f"cd {folder} && uv venv -q && uv pip install -q -r {requirements}")
    done = installed.shell_output(f"cd {folder} && .venv/bin/python -c '{LOAD}'").split()
    assert done == ["5", str(folder / "fetched/code/churn/__init__.py")]


def check_a_stopped_server(
    installed: InstalledProject, server: TrackingServer, env: dict[str, str]
) -> None:
    """What was trained while the server was stopped is registered, and not trained again."""
    server.stop()
    output = installed.run("pipeline run --period 2013-03", 1, **env)
    assert "is saved, but not registered: MLflow at 127.0.0.1 does not answer" in output
    trained = run_names(installed)
    assert len(trained) == 2
    server.start()
    output = installed.run("pipeline run --period 2013-03", 0, **env)
    assert f"version 2 ({max(trained)}) is registered" in output
    assert run_names(installed) == trained
