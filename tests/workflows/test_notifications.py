"""The workflow `notifications` says how the loop ended, and sends nothing without channels."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.generator import run_cli

UV = f"""#!{sys.executable}
import json, os, sys
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps(sys.argv[2:]) + "\\n")
"""
RUN = "https://forge.example/runs/1"


@pytest.fixture(scope="module")
def workflow(tmp_path_factory: pytest.TempPathFactory) -> dict[Any, Any]:
    place = tmp_path_factory.mktemp("notified") / "churn"
    result = run_cli(place, "--level", 4, "--defaults", "--with", "notifications")
    assert result.status == 0, result.err
    found = yaml.safe_load((place / ".github/workflows/notifications.yml").read_text())
    assert isinstance(found, dict)
    return found


def run_step(workflow: dict[Any, Any], place: Path, **env: str) -> tuple[list[list[str]], str]:
    """(the calls of the project, what is printed)."""
    (step,) = [each for each in workflow["jobs"]["notify"]["steps"] if "CONCLUSION" in str(each)]
    uv, calls = place / "uv", place / "calls"
    uv.write_text(UV)
    uv.chmod(0o755)
    calls.touch()
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    kept = {"PATH": f"{place}:/usr/bin:/bin", "CALLS": str(calls), "RUN": RUN}
    done = subprocess.run(words, env=kept | env, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in calls.read_text().splitlines()], done.stdout


@pytest.mark.parametrize(
    ("conclusion", "words"),
    [
        ("success", ["--loop-succeeded"]),
        ("failure", ["--loop-failed", f"see {RUN}"]),
        ("timed_out", ["--loop-failed", f"see {RUN}"]),
        ("cancelled", []),
        ("", []),  # started by hand
    ],
)
def test_the_end_of_the_loop_decides_what_is_sent(
    workflow: dict[Any, Any], tmp_path: Path, conclusion: str, words: list[str]
) -> None:
    env = {"CHURN_NOTIFICATIONS_CHANNELS": "team json://x", "CONCLUSION": conclusion}
    calls, _ = run_step(workflow, tmp_path, **env)
    assert calls == [["churn", "state", "restore"], ["churn", "notify", *words]]


def test_without_the_secret_nothing_is_sent(workflow: dict[Any, Any], tmp_path: Path) -> None:
    env = {"CHURN_NOTIFICATIONS_CHANNELS": "", "CONCLUSION": "success"}
    calls, printed = run_step(workflow, tmp_path, **env)
    assert calls == []
    assert "there is no secret NOTIFICATION_CHANNELS: nothing is sent" in printed


def test_it_may_not_write_and_runs_after_each_loop(workflow: dict[Any, Any]) -> None:
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["notify"]["permissions"] == {"contents": "read"}
    started = workflow[True]["workflow_run"]  # YAML 1.1 reads the key `on` as true
    assert started == {"workflows": ["retraining"], "types": ["completed"]}
