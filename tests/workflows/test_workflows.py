"""The workflows of this repository are valid, and have no more permissions than they need."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.generator import ROOT
from tests.support.local_runner import INPUTS, SCRIPTS, USES
from tests.support.python_versions import declared_versions

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
RELEASE = ROOT / ".github/workflows/release.yml"
LINTERS: dict[str, list[str]] = {
    "actionlint": ["-shellcheck", str(SCRIPTS / "shellcheck")],
    "zizmor": ["--offline", "--no-progress", "--strict-collection"],
    "check-jsonschema": ["--builtin-schema", "vendor.github-workflows"],
}

each_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)


def jobs(workflow: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(workflow.read_text())["jobs"]
    return found


@pytest.mark.parametrize("linter", LINTERS)
def test_linters_find_nothing(linter: str) -> None:
    command = [str(SCRIPTS / linter), *LINTERS[linter], *map(str, WORKFLOWS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@each_workflow
def test_every_action_is_pinned_by_its_commit(workflow: Path) -> None:
    used = list(USES.finditer(workflow.read_text()))
    assert len(used) == workflow.read_text().count("uses:")
    for use in used:
        assert re.fullmatch(r"[0-9a-f]{40}", use["ref"]), use[0]
        assert re.fullmatch(r"v\d+\.\d+\.\d+", use["tag"] or ""), use[0]


def test_an_action_has_one_pin_everywhere() -> None:
    used = [use for path in WORKFLOWS for use in USES.finditer(path.read_text())]
    assert used
    assert len({use[0] for use in used}) == len({use["action"] for use in used})


@each_workflow
def test_an_action_gets_only_inputs_that_it_has(workflow: Path) -> None:
    for job in jobs(workflow).values():
        for step in job["steps"]:
            action = step.get("uses", "").split("@")[0]
            assert set(step.get("with", {})) <= set(INPUTS.get(action, [])), step
            assert not action or action in INPUTS, step


@each_workflow
def test_a_job_has_only_the_permissions_that_it_names(workflow: Path) -> None:
    assert yaml.safe_load(workflow.read_text())["permissions"] == {}
    assert "secrets." not in workflow.read_text()
    for job in jobs(workflow).values():
        assert {"permissions", "timeout-minutes"} <= set(job)


def test_only_signing_and_publishing_get_an_identity_token() -> None:
    granted = {name: job["permissions"] for name, job in jobs(RELEASE).items()}
    proving = {name for name, each in granted.items() if "id-token" in each}
    assert proving == {"attest", "publish"}
    assert granted["publish"] == {"id-token": "write"}
    for name in proving:  # no code of others runs with this permission
        assert [step for step in jobs(RELEASE)[name]["steps"] if "run" in step] == []
    assert jobs(RELEASE)["publish"]["environment"] == "pypi"


def test_a_release_reads_no_cache() -> None:
    assert "cache" not in RELEASE.read_text()


def test_the_checks_run_with_the_oldest_and_the_newest_python(
    project: Callable[[int], Path],
) -> None:
    oldest, *_, newest = declared_versions()
    for folder in (ROOT, project(1)):
        (job,) = jobs(folder / ".github/workflows/checks.yml").values()
        assert job["strategy"]["matrix"]["python"] == [oldest, newest]
