"""The generator and a project of level 4 work with each Python that they declare."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from mlops_init.project_commands import bundled_uv

from tests.support.projects import InstalledProject, serve_first_model
from tests.support.python_versions import declared_versions, find_python


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="python-") as path:
        yield Path(path)


@pytest.mark.parametrize("version", declared_versions())
def test_a_project_of_level_4_serves_a_model(version: str, checkout: Path, folder: Path) -> None:
    python = find_python(version)
    if python is None:
        pytest.skip(f"Python {version} is not installed on this machine")
    generator = InstalledProject(folder, "mlops-init")
    generator.shell_output(f"'{bundled_uv()}' venv --quiet --python '{python}'")
    generator.shell_output(f"'{bundled_uv()}' pip install --quiet '{checkout}'")
    generator.run("churn --level 4 --defaults")
    installed = InstalledProject(folder / "churn")
    installed.shell_output("uv sync --quiet", UV_PYTHON=str(python))
    assert installed.shell_output(".venv/bin/python -V").startswith(f"Python {version}.")
    serve_first_model(installed)
