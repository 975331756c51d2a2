"""The compose file of a project is valid. tests/nightly/test_compose.py brings its services up."""

import json
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

COMPOSE = Path(sysconfig.get_path("scripts")) / "docker-compose"
FOLDER = Path("deploy/compose")


def read_config(project: Path) -> "subprocess.CompletedProcess[str]":
    command = [str(COMPOSE), "--profile", "jobs", "config", "--format", "json"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


@pytest.fixture
def services(own: Callable[[int], Path]) -> dict[str, Any]:
    project = own(3)
    shutil.copy(project / FOLDER / ".env.example", project / FOLDER / ".env")
    done = read_config(project)
    assert done.returncode == 0, done.stderr
    assert subprocess.check_output(["git", "status", "--porcelain"], cwd=project) == b""
    return dict(json.loads(done.stdout)["services"])


def test_without_secrets_it_says_what_to_do(project: Callable[[int], Path]) -> None:
    done = read_config(project(3))
    assert done.returncode != 0
    assert "copy deploy/compose/.env.example to deploy/compose/.env" in done.stderr


def test_every_variable_is_in_the_example(project: Callable[[int], Path]) -> None:
    used = re.findall(r"\$\{(\w+)", (project(3) / FOLDER / "services.yaml").read_text())
    example = (project(3) / FOLDER / ".env.example").read_text()
    assert {*used} == {*re.findall(r"^#?(\w+)=", example, re.M)}


def test_every_service_is_checked_and_only_this_machine_can_reach_it(
    services: dict[str, Any],
) -> None:
    assert services.keys() == {"api", "bucket", "database", "jobs", "mlflow"}
    for name, service in services.items():
        # The image of the API has its own check, and a job ends.
        assert "healthcheck" in service or name in ("api", "jobs")
        assert {each["host_ip"] for each in service.get("ports", [])} <= {"127.0.0.1"}
        assert "no-new-privileges:true" in service["security_opt"]


def test_services_of_the_project_have_no_privileges(services: dict[str, Any]) -> None:
    for name in ("api", "jobs", "mlflow"):
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["read_only"] is True
