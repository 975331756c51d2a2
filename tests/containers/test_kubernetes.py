"""The manifests pass the tests of their project, and each of these tests notices a mistake."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.support.generator import run_cli

# (file, what is replaced, by what, the test that fails)
MISTAKES = [
    ("api.yaml", "targetPort: http", "targetPort: web", "every_port_exists"),
    ("network.yaml", "port: http", "port: web", "every_port_exists"),
    (
        "api-availability.yaml",
        "Deployment\n    name: api",
        "Deployment\n    name: b",
        "every_selector_selects_a_pod",
    ),
    ("api.yaml", "name: addresses", "name: addreses", "every_name_refers_to_something"),
    ("jobs.yaml", "claimName: var", "claimName: vat", "every_name_refers_to_something"),
    ("api.yaml", "path: /livez", "pfad: /livez", "every_resource_is_valid"),
    ("api.yaml", "memory: 512Mi", "memory: 512m", "every_container_has_sizes"),
    ("api.yaml", "drop: [ALL]", "drop: [NET_RAW]", "no_container_has_a_privilege"),
    ("jobs.yaml", "args: [promote]", "args: [promotion]", "jobs_run_commands"),
]


@pytest.fixture(scope="module")
def created(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kubernetes") / "churn"
    result = run_cli(folder, "--level", 3, "--with", "kubernetes", "--defaults")
    assert result.status == 0, result.err
    return folder


def run_tests(project: Path, selected: str = "") -> str:
    """What the tests of the manifests print; the project needs no installation for them."""
    words: list[str | Path] = [
        "-c",
        os.devnull,
        "--rootdir",
        project,
        "--noconftest",
        "-k",
        selected,
    ]
    scripts = sysconfig.get_path("scripts")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rfs", "-q", *words, project / "tests/kubernetes"],
        env=os.environ
        | {
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(project / "src"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{done.stdout}{done.stderr}"


def test_the_manifests_of_every_environment_are_right(created: Path) -> None:
    printed = run_tests(created)
    if "kubectl is not installed" in printed:
        pytest.skip("kubectl is not installed")
    assert "21 passed" in printed, printed[-3000:]


@pytest.mark.parametrize(("file", "right", "wrong", "test"), MISTAKES)
def test_a_mistake_in_a_manifest_is_found(
    created: Path, tmp_path: Path, file: str, right: str, wrong: str, test: str
) -> None:
    project = shutil.copytree(created, tmp_path / "churn", symlinks=True)
    manifest = project / "deploy/kubernetes/base" / file
    assert right in manifest.read_text()
    manifest.write_text(manifest.read_text().replace(right, wrong, 1))
    printed = run_tests(project, "local")
    if "kubectl is not installed" in printed:
        pytest.skip("kubectl is not installed")
    assert f"::test_{test}" in printed.partition("short test summary")[2], printed[-3000:]
