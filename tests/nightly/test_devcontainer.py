"""One command starts the API in the dev container of a level 3 project."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.containers.conftest import docker
from tests.containers.test_devcontainer import running
from tests.support.container_engine import Engine

__all__ = ["docker"]
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


def test_the_api_answers_in_the_dev_container(
    docker: Engine, project: Callable[[int], Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with running(docker, project(3), tmp_path_factory.mktemp("devcontainer")) as container:
        for words in ("pipeline run --period 2013-03", "promote"):
            container.run("exec", "uv", "run", "churn", *words.split())
        assert '"version":1' in container.run("exec", "python3", "-c", ASK)
