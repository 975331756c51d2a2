"""The GitHub files of a level 1 project are valid."""

import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.support.local_runner import USES

Project = Callable[[int], Path]
Workflows = list[Path]
SCRIPTS = Path(sysconfig.get_path("scripts"))
WORKFLOWS = ".github/workflows"
LINTERS: dict[str, tuple[list[str], str]] = {
    "actionlint": (["-shellcheck", str(SCRIPTS / "shellcheck")], f"{WORKFLOWS}/*.yml"),
    "zizmor": (["--offline", "--no-progress", "--strict-collection"], ".github"),
    "check-jsonschema": (["--builtin-schema", "vendor.dependabot"], ".github/dependabot.yml"),
}


@pytest.mark.parametrize("linter", LINTERS)
def test_linters_find_nothing(project: Project, linter: str) -> None:
    options, pattern = LINTERS[linter]
    files = sorted(project(1).glob(pattern))
    done = subprocess.run(
        [SCRIPTS / linter, *options, *files], capture_output=True, text=True, check=False
    )
    assert files
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def workflows(project: Project) -> Workflows:
    files = sorted((project(1) / WORKFLOWS).glob("*.yml"))
    assert {file.stem for file in files} == {"audit", "checks", "ingestion", "packaging"}
    return files


def test_every_action_is_pinned_by_its_commit(workflows: Workflows) -> None:
    for workflow in workflows:
        used = list(USES.finditer(workflow.read_text()))
        assert len(used) == workflow.read_text().count("uses:") > 0
        assert all(len(use["ref"]) == 40 and use["tag"] for use in used), workflow


def test_a_workflow_has_only_the_permissions_that_it_names(workflows: Workflows) -> None:
    for workflow in workflows:
        found = yaml.safe_load(workflow.read_text())
        assert found["permissions"] == {}
        assert all(job["timeout-minutes"] <= 60 for job in found["jobs"].values())
