"""The workflows of a project are valid, call each other, and only one job writes."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from mlops_init.template.levels import list_optional

from tests.support.generator import run_cli
from tests.support.local_runner import INPUTS, SCRIPTS, USES, has_trigger
from tests.workflows.test_workflows import LINTERS, WORKFLOWS

CALLED = "./.github/workflows/state.yml"
CALLED_WITHOUT_CHANGES = {"./.github/workflows/containers.yml", "./.github/workflows/status.yml"}
CHANGE_THE_MODEL = ["deployment", "pipelines", "retraining"]


@pytest.fixture(scope="module")
def workflows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The workflows of level 4 with all optional capabilities, which has all of them."""
    place = tmp_path_factory.mktemp("all") / "churn"
    words = [word for name in list_optional() for word in ("--with", name)]
    assert run_cli(place, "--level", 4, "--defaults", *words).status == 0
    found = {file.stem: file for file in sorted(place.glob(".github/workflows/*.yml"))}
    others = {"audit", "checks", "ingestion", "notifications", "packaging", "state", "status"}
    assert others | {*CHANGE_THE_MODEL} <= {*found}
    return found


def read(workflow: Path) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(workflow.read_text())
    return found


@pytest.mark.parametrize("linter", LINTERS)
def test_linters_find_nothing(workflows: dict[str, Path], linter: str) -> None:
    command = [str(SCRIPTS / linter), *LINTERS[linter], *map(str, workflows.values())]
    here = next(iter(workflows.values())).parents[2]  # called workflows are found here
    done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_ignored_finding_has_a_reason(workflows: dict[str, Path]) -> None:
    ignored = re.compile(r"zizmor: ignore\[[\w-]+\](.*)")
    texts = [workflow.read_text() for workflow in workflows.values()]
    assert [each for text in texts for each in ignored.findall(text) if not each.strip()] == []


def test_every_action_has_one_commit_here_and_in_the_generator(workflows: dict[str, Path]) -> None:
    used: dict[str, set[str]] = {}
    for workflow in [*workflows.values(), *WORKFLOWS]:
        found = list(USES.finditer(workflow.read_text()))
        assert len(found) == len(re.findall(r"uses: (?!\./)", workflow.read_text())), workflow
        for use in found:
            assert re.fullmatch(r"[0-9a-f]{40}", use["ref"]), use[0]
            assert re.fullmatch(r"v\d+\.\d+\.\d+", use["tag"] or ""), use[0]
            used.setdefault(use["action"], set()).add(use[0])
    assert {action: pins for action, pins in used.items() if len(pins) > 1} == {}


def test_an_action_gets_only_inputs_that_it_has(workflows: dict[str, Path]) -> None:
    for workflow in workflows.values():
        for job in read(workflow)["jobs"].values():
            for step in job.get("steps", []):
                action = step.get("uses", "").split("@")[0]
                assert set(step.get("with", {})) <= set(INPUTS.get(action, [])), step
                assert not action or action in INPUTS, step


@pytest.mark.parametrize("name", CHANGE_THE_MODEL)
def test_one_job_makes_all_changes_of_the_model(workflows: dict[str, Path], name: str) -> None:
    for job in read(workflows[name])["jobs"].values():
        writes = job["permissions"].get("contents") == "write"
        assert job["uses"] in ({CALLED} if writes else CALLED_WITHOUT_CHANGES)


def test_that_job_runs_once_at_a_time_and_needs_no_secret(workflows: dict[str, Path]) -> None:
    (job,) = read(workflows["state"])["jobs"].values()
    assert job["concurrency"] == {"group": "state", "cancel-in-progress": False, "queue": "max"}
    assert job["permissions"] == {"contents": "write"}
    assert "timeout-minutes" in job
    secrets = read(workflows["state"])[True]["workflow_call"]["secrets"]  # YAML 1.1 reads `on` so
    assert {each["required"] for each in secrets.values()} == {False}
    for workflow in workflows.values():
        assert read(workflow)["permissions"] == {}
        assert "secrets: inherit" not in workflow.read_text()


@pytest.mark.parametrize("name", CHANGE_THE_MODEL)
def test_it_starts_on_schedule_or_by_hand_and_never_in_a_fork(
    workflows: dict[str, Path], name: str
) -> None:
    assert has_trigger(workflows[name], "schedule", "refs/heads/main")
    assert has_trigger(workflows[name], "workflow_dispatch", "refs/heads/main")
    for event in ("push", "pull_request", "pull_request_target", "workflow_run"):
        assert not has_trigger(workflows[name], event, "refs/heads/main")


def test_checks_run_on_pushes_and_pull_requests(workflows: dict[str, Path]) -> None:
    assert has_trigger(workflows["checks"], "pull_request", "refs/heads/mine")
    assert has_trigger(workflows["checks"], "push", "refs/heads/main")
    assert not has_trigger(workflows["checks"], "push", "refs/heads/mlops-state")
    (job,) = read(workflows["checks"])["jobs"].values()
    assert job["permissions"] == {"contents": "read"}
