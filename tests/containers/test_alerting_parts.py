"""The services of `alerting` are valid in compose, and a valid component for Kubernetes."""

import json
import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests.containers.test_kubernetes import run_tests
from tests.support.generator import run_cli

SCRIPTS = Path(sysconfig.get_path("scripts"))
FILES = ("compose.yaml", "deploy/alerting/compose.yaml")
SECRETS = {"ALERTING_TOKEN": "a", "GRAFANA_PASSWORD": "b"}
OWN = {"alerting", "alertmanager", "grafana", "prometheus"}


@pytest.fixture(scope="module")
def created(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("alerting") / "churn"
    words = ("--level", 4, "--with", "alerting", "--with", "kubernetes", "--defaults")
    assert run_cli(folder, *words).status == 0
    shutil.copy(folder / "deploy/compose/.env.example", folder / "deploy/compose/.env")
    return folder


def read_config(project: Path, **env: str) -> "subprocess.CompletedProcess[str]":
    files = [word for file in FILES for word in ("--file", file)]
    script = str(SCRIPTS / "docker-compose")
    command = [script, *files, "--env-file", "deploy/compose/.env"]
    return subprocess.run(
        [*command, "config", "--format", "json"],
        cwd=project,
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_compose_without_secrets_says_what_to_do(created: Path) -> None:
    done = read_config(created)
    assert done.returncode != 0
    assert "add ALERTING_TOKEN and GRAFANA_PASSWORD to deploy/compose/.env" in done.stderr


def test_the_services_find_each_other_and_only_this_machine_can_reach_them(created: Path) -> None:
    done = read_config(created, **SECRETS)
    assert done.returncode == 0, done.stderr
    config: dict[str, Any] = json.loads(done.stdout)
    services = config["services"]
    assert services.keys() >= OWN
    for name in OWN:
        assert services[name]["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in services[name]["security_opt"]
        assert "healthcheck" in services[name]
        assert {each["host_ip"] for each in services[name].get("ports", [])} <= {"127.0.0.1"}
        for volume in services[name].get("volumes", []):
            assert volume["type"] == "volume" or Path(volume["source"]).exists(), volume
    aliases = services["api"]["networks"]["default"]["aliases"]
    deploy = created / "deploy/alerting"
    addresses = re.findall(r'names: \[(.+?)\]|"(\w+):\d+"', (deploy / "prometheus.yml").read_text())
    assert {name for pair in addresses for name in pair if name} <= services.keys() | {*aliases}
    text = "".join(file.read_text() for file in deploy.rglob("*.yml"))
    assert {*re.findall(r"http://(\w+):", text)} <= services.keys()
    for name, file in re.findall(r"_file: (/run/secrets/(\w+))", text):
        assert file in config["secrets"], name


@pytest.mark.parametrize("overlay", ["local", "production"])
def test_an_overlay_with_the_component_passes_the_tests_of_the_manifests(
    created: Path, tmp_path: Path, overlay: str
) -> None:
    project = shutil.copytree(created, tmp_path / "churn", symlinks=True)
    file = project / f"deploy/kubernetes/overlays/{overlay}/kustomization.yaml"
    file.write_text(f"{file.read_text()}components: [../../../alerting]\n")
    printed = run_tests(project, overlay)
    if "kubectl is not installed" in printed:
        pytest.skip("kubectl is not installed")
    assert "7 passed" in printed, printed[-3000:]
    rendered = subprocess.check_output(
        ["kubectl", "kustomize", file.parent],
        env=os.environ | {"PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"},
        text=True,
    )
    for name in OWN:
        assert f"name: {name}\n" in rendered
