"""The dev container of a project starts and can be used, and one command starts its API.

Its image is a stand-in: this machine's Python and libraries, with the user that the real one has.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.containers.conftest import docker
from tests.support import pages
from tests.support.container_engine import CLIENT, Engine

__all__ = ["docker"]
IMAGE = "mcr.microsoft.com/devcontainers/python:3.12"
STAND_IN = """FROM python:3.12-slim
RUN useradd --create-home --shell /bin/bash vscode
COPY git /usr/bin/git
COPY git-core {git_core}
COPY libraries {libraries}
"""
ASK = """
import subprocess, time, urllib.request
server = subprocess.Popen(["uv", "run", "churn", "serve"])
while True:
    try:
        print(urllib.request.urlopen("http://127.0.0.1:8000/readyz").read().decode())
        break
    except OSError:
        assert server.poll() is None
        time.sleep(0.1)
server.terminate()
"""


@dataclass(frozen=True)
class Container:
    """A running dev container."""

    cli: Path
    project: Path
    engine: Engine

    def run(self, *words: str) -> str:
        """What a command in the container prints."""
        place = ["--docker-path", str(CLIENT), "--workspace-folder", str(self.project)]
        return self.engine.run(self.cli, words[0], *place, *words[1:])


def stand_in(image: Path) -> Path:
    """The files of the image, with the git of this machine, as the real image has git too."""
    git, core = str(shutil.which("git")), subprocess.check_output(["git", "--exec-path"], text=True)
    linked = subprocess.check_output(["ldd", git], text=True)
    libraries = [Path(each) for each in re.findall(r"=> (/\S+(?:pcre2|libz)\S+)", linked)]
    (image / "libraries").mkdir(parents=True)
    for file in libraries:
        shutil.copy(file, image / "libraries")
    shutil.copy(git, image / "git")
    shutil.copytree(core.strip(), image / "git-core", symlinks=True)
    places = {"git_core": core.strip(), "libraries": libraries[0].resolve().parent}
    (image / "Dockerfile").write_text(STAND_IN.format(**places))
    return image


@contextmanager
def running(docker: Engine, project: Path, scratch: Path) -> Iterator[Container]:
    """The dev container of a copy of a project."""
    if shutil.which("npm") is None:
        pytest.skip("no npm, so no devcontainer CLI")
    docker.docker("build", "--tag", IMAGE, stand_in(scratch / "image"))
    quiet = ["--silent", "--no-fund", "--no-audit"]
    subprocess.run(
        ["npm", "install", *quiet, "--prefix", scratch, "@devcontainers/cli@0"], check=True
    )
    shutil.copytree(project, scratch / "churn", symlinks=True)
    subprocess.run(["chmod", "-R", "a+rwX", scratch / "churn"], check=True)
    for folder in (scratch, *scratch.parents[:2]):
        folder.chmod(folder.stat().st_mode | 0o055)
    made = Container(scratch / "node_modules/.bin/devcontainer", scratch / "churn", docker)
    up = json.loads(made.run("up").splitlines()[-1])
    yield made
    docker.docker("rm", "--force", up["containerId"])


@pytest.fixture(scope="module")
def container(
    docker: Engine, project: Callable[[int], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Container]:
    """The dev container of a level 0 project."""
    with running(docker, project(0), tmp_path_factory.mktemp("devcontainer")) as started:
        yield started


def test_a_model_can_be_trained_in_the_dev_container(container: Container) -> None:
    assert container.run("exec", "whoami").strip() == "vscode"
    output = container.run("exec", "uv", "run", "churn", "train", "--period", "2013-01")
    assert "5,000 rows up to 2013-01" in output
    (run,) = container.project.glob("var/runs/2013-01-*/run.json")
    assert json.loads(run.read_text())["metrics"]["mae"] > 0
    assert not (container.project / ".venv").exists()


def test_jupyter_runs_the_notebook(container: Container) -> None:
    assert "jupyterlab" in container.run("exec", "uv", "run", "jupyter", "--version")
    execute = ["jupyter", "nbconvert", "--to", "notebook", "--execute", "--output-dir", "/tmp"]
    container.run("exec", "uv", "run", *execute, "notebooks/explore.ipynb")


def test_the_tutorial_of_the_first_hour_works_in_it(
    container: Container, record_property: pages.Record
) -> None:
    found = pages.shell_blocks(container.project / "docs/tutorials/first-hour.md")
    record_property(pages.NAME, [block.reason for block in found])
    # An editor makes these settings for the folder that it mounts.
    mounted = "git config --global --add safe.directory '*'; git config --global user.name Mate"
    lines = f"{mounted}; git config --global user.email mate@example.com\n{pages.script(found)}"
    output = container.run("exec", "bash", "-euo", "pipefail", "-c", lines)
    assert "feat: number of missing values of a row" in output
    assert len(list(container.project.glob("var/runs/2013-12-*"))) == 2


def test_the_api_answers_in_the_dev_container(
    docker: Engine, project: Callable[[int], Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with running(docker, project(3), tmp_path_factory.mktemp("devcontainer")) as container:
        for words in ("pipeline run --period 2013-03", "promote"):
            container.run("exec", "uv", "run", "churn", *words.split())
        assert '"version":1' in container.run("exec", "python3", "-c", ASK)
