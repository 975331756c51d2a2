"""What a person enters when a workflow is started by hand reaches a command as one word."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.workflows.test_workflows import WORKFLOWS

UV = f"""#!{sys.executable}
import json, os, sys
if sys.argv[1] == "version":
    print("churn 0.1.0")
else:
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(json.dumps(sys.argv[2:]) + "\\n")
"""
HOSTILE = [
    "1\nrollback",
    "1\n",
    "\nrollback",
    '1" rollback "',
    "1' rollback",
    "$(touch made)",
    "`touch made`",
    "1; touch made",
    "1 --allow-breaking",
    "--help",
    "*",
    "\\",
]
UNSAFE = ("inputs.", "github.event", "github.head_ref", "github.ref_name")


@pytest.fixture
def script(project: Callable[[int], Path]) -> str:
    """The shell step that runs the commands of other workflows."""
    steps = read(project(4) / ".github/workflows/state.yml")["jobs"]["state"]["steps"]
    (found,) = [step["run"] for step in steps if "COMMANDS" in step.get("env", {})]
    return str(found)


@pytest.fixture
def run_step(script: str, tmp_path: Path) -> Callable[[str], tuple[int, list[list[str]], str]]:
    """`run_step(value)`: the status of the step, the calls of the project, and what it prints."""
    uv, calls = tmp_path / "bin/uv", tmp_path / "calls"
    uv.parent.mkdir()
    uv.write_text(UV)
    uv.chmod(0o755)
    calls.touch()
    path = f"{uv.parent}:/usr/bin:/bin"
    fixed = {"COMMANDS": "ingest\npromote\n", "OPTION": "--version", "DATA_SOURCE": ""}

    def run(value: str) -> tuple[int, list[list[str]], str]:
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=tmp_path,
            env={"PATH": path, "CALLS": str(calls), "VALUE": value, **fixed},
            capture_output=True,
            text=True,
            check=False,
        )
        assert not (tmp_path / "made").exists()
        words = [json.loads(line) for line in calls.read_text().splitlines()]
        return done.returncode, words, done.stdout + done.stderr

    return run


def read(workflow: Path) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(workflow.read_text())
    return found


@pytest.mark.parametrize("value", ["", "1", "2013-03", "2013-W05", "2013-Q2"])
def test_a_value_is_one_word_of_the_last_command(run_step: Any, value: str) -> None:
    status, calls, output = run_step(value)
    assert status == 0, output
    last = f"promote --version {value}" if value else "promote"
    assert calls[0] == ["churn", "state", "run", "ingest", last]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_that_is_more_than_a_word_starts_nothing(run_step: Any, value: str) -> None:
    status, calls, output = run_step(value)
    assert (status, calls) == (2, [])
    assert "--version takes letters, digits, dots and hyphens alone" in output


def test_no_shell_step_and_no_command_contains_what_a_person_enters(
    project: Callable[[int], Path],
) -> None:
    workflows = [*project(4).glob(".github/workflows/*.yml"), *WORKFLOWS]
    assert len(workflows) > 8
    for workflow in workflows:
        for job in read(workflow)["jobs"].values():
            scripts = [step.get("run", "") for step in job.get("steps", [])]
            scripts.append(job.get("with", {}).get("commands", ""))
            unsafe = [name for name in UNSAFE for each in scripts if name in each]
            assert unsafe == [], workflow
