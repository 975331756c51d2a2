"""The generator and a project of level 4 work with each Python that they declare."""

import os
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from mlops_init.project_commands import bundled_uv
from packaging.specifiers import SpecifierSet

from tests.support.generator import ROOT
from tests.support.projects import InstalledProject, serve_first_model

PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"


def declared_versions() -> list[str]:
    """The versions that a project declares, oldest first."""
    text = (ROOT / "template/pyproject.toml.jinja").read_text().splitlines()
    (line,) = [each for each in text if each.startswith("requires-python")]
    versions = SpecifierSet(tomllib.loads(line)["requires-python"])
    return [f"3.{minor}" for minor in range(8, 30) if f"3.{minor}" in versions]


def find_python(version: str) -> Path | None:
    """An interpreter of this machine that starts: on the PATH, or installed by pyenv."""
    on_path = shutil.which(f"python{version}")
    for path in (on_path, *sorted(PYENV.glob(f"{version}.*/bin/python{version}"))):
        if path and not subprocess.run([path, "-c", ""], capture_output=True).returncode:
            return Path(path)
    return None


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


def test_the_declared_versions_are_those_that_the_checks_run() -> None:
    assert declared_versions() == ["3.11", "3.12", "3.13"]
