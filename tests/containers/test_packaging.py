"""The image of the jobs is built from the generated Dockerfile and runs as documented.

The base image is a stand-in: this machine's Python and libraries under the name of the real one.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.container_engine import Engine

MAX_SIZE = 700_000_000  # bytes
HARDENED = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL"]
TOOLS = ["pip", "uv", "git", "gcc", "cc", "make"]


@pytest.fixture(scope="module")
def image(docker: Engine, project: Callable[[int], Path]) -> str:
    """The image of a level 1 project."""
    how = ["--file", "deploy/packaging/Dockerfile", "--build-arg", "COMMIT=abc123"]
    docker.docker("build", *how, "--tag", "churn", ".", cwd=project(1))
    return "churn"


def inside(docker: Engine, image: str, script: str) -> str:
    return docker.docker("run", "--rm", *HARDENED, "--entrypoint", "sh", image, "-c", script)


def test_the_image_has_no_build_tool_and_no_privileged_user(docker: Engine, image: str) -> None:
    assert inside(docker, image, f"command -v {' '.join(TOOLS)} || true") == ""
    assert inside(docker, image, "id -u").strip() == "10001"
    assert inside(docker, image, "touch /app/mine 2>/dev/null || echo refused") == "refused\n"
    assert inside(docker, image, "ls /app").split() == ["conf", "var"]


def test_the_image_is_small_and_consists_of_libraries(docker: Engine, image: str) -> None:
    size = int(docker.docker("image", "inspect", "--format", "{{.Size}}", image))
    weights = inside(docker, image, "du -sm /app/.venv/lib/python3*/site-packages/* | sort -rn")
    print(f"{size / 1e6:.0f} MB, of it in MB:\n" + "\n".join(weights.splitlines()[:12]))
    assert size <= MAX_SIZE
    heaviest = re.findall(r"/(\w+?)(?:\.libs)?$", weights, re.M)[:3]
    assert heaviest[0] == "pyarrow"


def test_every_command_runs_in_the_image_and_its_volume_keeps_the_results(
    docker: Engine, image: str, project: Callable[[int], Path]
) -> None:
    volumes = ["--volume", "churn-var:/app/var", "--volume", f"{project(1)}/data:/app/data:ro"]

    def run(*words: str) -> str:
        return docker.docker("run", "--rm", *HARDENED, "--network=none", *volumes, image, *words)

    assert "2013-03" in run("ingest", "--period", "2013-03")
    assert run("validate").count("accepted") == 3
    trained = re.findall(r"^(2013-03-\w+): trained on 15,000 rows", run("train"), re.M)
    read = ["run", "--rm", "--entrypoint", "cat", *volumes, image]
    kept = json.loads(docker.docker(*read, f"var/runs/{trained[0]}/run.json"))
    assert kept["commit"] == "abc123"
    assert "60,000 predictions" in run("predict", "data/flights.parquet")
