"""Compose brings up all services: a model is trained, promoted, served and rolled back.

The images of PostgreSQL, SeaweedFS and Python are stand-ins; those of the project are built.
"""

import json
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.containers.conftest import docker
from tests.support.container_engine import Engine, build_image
from tests.support.projects import Install, InstalledProject
from tests.support.stand_ins import make_postgres, make_seaweed
from tests.support.stores import free_ports

__all__ = ["docker"]
COMPOSE = Path(sysconfig.get_path("scripts")) / "docker-compose"
KEY = "a-key-of-the-test"


@dataclass(frozen=True)
class Compose:
    """The services of a project, on an engine of our own."""

    project: InstalledProject
    engine: Engine
    port: int

    def run(self, *words: str) -> str:
        """What docker-compose prints."""
        return self.engine.run(COMPOSE, *words, cwd=self.project.folder)

    def job(self, words: str) -> str:
        return self.run("run", "--rm", "--no-deps", "--no-TTY", "jobs", *words.split())

    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def served(self) -> int:
        """The version that answers a golden row."""
        rows = self.run(
            "exec", "--no-TTY", "api", "sh", "-c", "head -qn1 var/releases/*/golden.jsonl"
        )
        body = json.dumps({"rows": [json.loads(rows.splitlines()[0])["row"]]})
        headers = f"-H 'Authorization: Bearer {KEY}' -H 'Content-Type: application/json'"
        command = f"curl --silent --fail {headers} --data @- {self.url()}/predict"
        answer = self.project.shell_output(f"{command} <<'EOF'\n{body}\nEOF")
        return int(json.loads(answer)["version"])


def built(services: dict[str, Any]) -> dict[str, tuple[str, list[str]]]:
    """image -> (Dockerfile, options), of the services that are built."""
    return {
        each["image"]: (
            each["build"]["dockerfile"],
            ["--target", each["build"]["target"]] if "target" in each["build"] else [],
        )
        for each in services.values()
        if "build" in each
    }


@pytest.fixture(scope="module")
def compose(
    docker: Engine, install: Install, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Compose]:
    installed, (port, mlflow) = install(3), free_ports(2)
    scratch = tmp_path_factory.mktemp("images")
    env = (installed.folder / "deploy/compose/.env.example").read_text()
    env = env.replace("API_KEY=replace-me", f"API_KEY={KEY}")
    env += f"API_PORT={port}\nMLFLOW_PORT={mlflow}\nAPI_TARGET=compiled\n"
    (installed.folder / "deploy/compose/.env").write_text(env)
    made = Compose(installed, docker, port)
    config = json.loads(made.run("--profile", "jobs", "config", "--format", "json"))
    make_postgres(docker, config["services"]["database"]["image"], scratch / "postgres")
    make_seaweed(docker, config["services"]["bucket"]["image"], scratch / "seaweed")
    for image, (dockerfile, words) in built(config["services"]).items():
        build_image(docker, installed.folder, dockerfile, "--tag", image, *words)
    made.run("up", "--detach", "--no-build", "--wait", "--wait-timeout", "300")
    yield made
    print(made.run("logs", "--no-color", "--tail", "40"))
    made.run("--profile", "jobs", "down", "--volumes", "--timeout", "2")


def test_all_services_are_healthy_and_the_api_waits_for_a_release(compose: Compose) -> None:
    states = [json.loads(line) for line in compose.run("ps", "--format", "json").splitlines()]
    assert {each["Service"]: each["Health"] for each in states} == dict.fromkeys(
        ("api", "bucket", "database", "mlflow"), "healthy"
    )
    code = compose.project.shell_output(
        f"curl --silent -o /dev/null -w '%{{http_code}}' {compose.url()}/readyz"
    )
    assert code == "503"


def test_a_model_is_trained_promoted_and_served(compose: Compose) -> None:
    compose.job("pipeline run --period 2013-03")
    assert "version 1 is the active release" in compose.job("promote")
    assert "golden rows have the right predictions" in compose.job("releases check http://api:8000")
    assert compose.served() == 1


def test_the_registry_and_the_models_survive_without_the_containers(compose: Compose) -> None:
    compose.run("restart", "mlflow", "database", "bucket")
    compose.run("up", "--detach", "--no-build", "--wait")
    assert "2013-03" in compose.job("models list")
    objects = "import boto3; print(boto3.client('s3', endpoint_url='http://bucket:8333')"
    objects += ".list_objects_v2(Bucket='models')['KeyCount'])"
    assert int(compose.run("exec", "--no-TTY", "mlflow", "python3", "-c", objects)) > 0


def test_a_rollback_reaches_the_api(compose: Compose) -> None:
    compose.job("pipeline run --period 2013-06")
    assert "version 2 is the active release" in compose.job("promote")
    compose.job("releases check http://api:8000")
    assert compose.served() == 2
    assert "version 1 is the active release" in compose.job("rollback")
    compose.job("releases check http://api:8000")
    assert compose.served() == 1
