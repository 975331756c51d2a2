"""Runs workflows on this machine: act, with stand-ins for the actions that they use."""

import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

SCRIPTS = Path(sysconfig.get_path("scripts"))
USES = re.compile(r"uses: (?P<action>[\w./-]+)@(?P<ref>[^ \n]+)(?: # (?P<tag>\S+))?")

# What each action declares at its commit, as far as we use it.
INPUTS: dict[str, list[str]] = {
    "actions/attest": ["subject-path", "subject-name", "subject-digest", "push-to-registry"],
    "actions/cache": ["path", "key", "restore-keys"],
    "actions/checkout": ["persist-credentials"],
    "actions/deploy-pages": [],
    "actions/download-artifact": ["name", "path"],
    "actions/setup-python": ["python-version"],
    "actions/upload-artifact": ["name", "path", "if-no-files-found"],
    "actions/upload-pages-artifact": ["path"],
    "astral-sh/setup-uv": ["enable-cache"],
    "docker/setup-buildx-action": [],
    "pypa/gh-action-pypi-publish": ["packages-dir"],
}
MOVES = {
    # The contents of a folder are stored, or a single file.
    "actions/upload-artifact": '[ ! -d "$AT" ] || AT="$AT/."; mkdir "$KEPT" && cp -r "$AT" "$KEPT"',
    "actions/download-artifact": 'mkdir -p "$AT" && cp -r "$KEPT/." "$AT"',
    "actions/upload-pages-artifact": 'cp -r "$AT" "$KEPT/github-pages"',
}
RECORD = f"""#!{sys.executable}
import json, os, pathlib, sys
given = json.loads(os.environ.get("INPUTS", "{{}}"))
call = {{
    "name": sys.argv[1],
    "job": os.environ["GITHUB_JOB"],
    "words": sys.argv[2:],
    "with": {{name: value for name, value in given.items() if value}},
    "dist": sorted(path.name for path in pathlib.Path("dist").glob("*")),
}}
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps(call) + "\\n")
"""


@dataclass(frozen=True)
class Run:
    """The status and output of a run, its artifacts, and the calls of actions and commands."""

    status: int
    output: str
    artifacts: Path
    calls: list[dict[str, Any]]


def has_trigger(workflow: Path, event: str, ref: str) -> bool:
    """Whether the forge runs a workflow for an event; act ignores the filters."""
    # YAML 1.1 reads the key `on` as true.
    events = yaml.safe_load(workflow.read_text())[True]
    filters = events.get(event)
    if not isinstance(filters, dict) or not {"branches", "tags"} & set(filters):
        return event in events
    kind = "tags" if ref.startswith("refs/tags/") else "branches"
    name = ref.split("/", 2)[2]
    return any(fnmatch(name, pattern) for pattern in filters.get(kind, []))


def run_workflow(
    workflow: Path,
    event: str,
    ref: str,
    at: Path,
    *words: str,
    passed_checks: int = 1,
    fork: bool = False,
    inputs: dict[str, str] | None = None,
    commands: dict[str, str] | None = None,
) -> Run:
    """Run a workflow and ignore its filters; `at` is a new folder for its results.

    `words` are further ones for act, `inputs` the inputs of a manual start, and
    `commands` scripts that come first on the PATH.
    """
    act = SCRIPTS / "act"
    if not act.exists():
        pytest.skip("act is not installed: run pip install -e '.[dev]'")
    given = {"ref": ref, "repository": {"fork": fork}, "inputs": inputs or {}}
    variables = _machine(at, given, commands or {}, passed_checks)
    done = subprocess.run(
        [
            *(act, event, "--workflows", workflow, "--eventpath", at / "event.json"),
            *("--platform", "ubuntu-latest=-self-hosted", "--no-cache-server"),
            *("--action-cache-path", at / "cache"),
            *(word for variable in variables for word in ("--env", variable)),
            *_stand_ins(workflow.parent, at / "actions"),
            *words,
        ],
        cwd=workflow.parents[2],
        env=os.environ | {"PATH": f"{at / 'bin'}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    calls = [json.loads(line) for line in (at / "calls").read_text().splitlines()]
    return Run(done.returncode, done.stdout, at / "artifacts", calls)


def _machine(
    at: Path, event: dict[str, Any], commands: dict[str, str], passed_checks: int
) -> tuple[str, str]:
    """Create the files of a run; the variables that contain their paths."""
    (at / "artifacts").mkdir(parents=True)
    (at / "calls").touch()
    (at / "event.json").write_text(json.dumps(event))
    _command(at / "bin/record", RECORD)
    _command(at / "bin/gh", f'#!/bin/sh\nrecord gh "$@"\n[ "$1" != api ] || echo {passed_checks}\n')
    if "uv" not in commands:
        (at / "bin/uv").symlink_to(SCRIPTS / "uv")
    for name, script in commands.items():
        _command(at / "bin" / name, script)
    return f"ARTIFACTS={at / 'artifacts'}", f"CALLS={at / 'calls'}"


def _stand_ins(workflows: Path, at: Path) -> Iterator[str]:
    """The options that name the stand-in of each action; act fails for an action without one."""
    texts = [file.read_text() for file in sorted(workflows.glob("*.yml"))]
    found = {used[0]: used for text in texts for used in USES.finditer(text)}
    for used in found.values():
        action = used["action"]
        if action in INPUTS:
            place = at / action
            place.mkdir(parents=True, exist_ok=True)
            (place / "action.yml").write_text(yaml.safe_dump(_stand_in(action)))
            yield from ("--local-repository", f"{action}@{used['ref']}={place}")


def _stand_in(action: str) -> dict[str, Any]:
    """An action that records its inputs, and copies artifacts if that is its purpose."""
    step = {
        "shell": "bash",
        "env": {
            "INPUTS": "${{ toJSON(inputs) }}",
            "KEPT": "${{ env.ARTIFACTS }}/${{ inputs.name }}",
            "AT": "${{ inputs.path || '.' }}",
        },
        "run": f"record {action}\n{MOVES.get(action, '')}",
    }
    return {
        "name": action,
        "description": "stand-in",
        "inputs": {name: {"description": name} for name in INPUTS[action]},
        "runs": {"using": "composite", "steps": [step]},
    }


def _command(path: Path, script: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(script)
    path.chmod(0o755)
