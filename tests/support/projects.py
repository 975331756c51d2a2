"""Projects that are installed and used as their owner does, in a shell."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from mlops_init.project_commands import bundled_uv
from mlops_init.template.levels import load_levels

from tests.conftest import run_cli
from tests.support.bytecode import lend

NIGHTLY = bool(os.environ.get("MLOPS_INIT_NIGHTLY"))  # does `.ci/nightly` run this?
SAME_FILES = [1, 2, 3, 4]  # what test_levels.py holds to the same bytes at all of them
FROM_LEVEL_1 = (
    "data-1",
    "data-4",
    "data-7",
    "infrastructure-1",
    "infrastructure-2",
    "infrastructure-3",
    "model-5",
    "model-6",
    "monitoring-3",
    "monitoring-5",
)
FROM_LEVEL_3 = (*FROM_LEVEL_1, "infrastructure-4", "infrastructure-7", "monitoring-2")
OWN_ML_TESTS = {  # level -> what its project's own tests stand for
    1: FROM_LEVEL_1,
    2: FROM_LEVEL_1,
    3: FROM_LEVEL_3,
    4: (*FROM_LEVEL_3, "monitoring-4", "monitoring-7"),
}


@dataclass(frozen=True)
class Owner:
    """Somebody who types into a shell in a project."""

    project: Path
    command: str = "churn"

    def types(self, line: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a line as `sh` does, with the uv of this machine first on the PATH."""
        kept = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
        path = f"{Path(bundled_uv()).parent}{os.pathsep}{kept['PATH']}"
        return subprocess.run(
            ["sh", "-ec", line],
            cwd=self.project,
            env=kept | {"PATH": path} | env,
            capture_output=True,
            text=True,
            check=False,
        )

    def verb(self, words: str, status: int = 0, **env: str) -> str:
        """Run a verb, see it end as expected and without a traceback; what it printed."""
        done = self.types(f"uv run {self.command} {words}", **env)
        said = done.stdout + done.stderr
        assert done.returncode == status, f"`{words}` ended with {done.returncode}:\n{said}"
        assert "Traceback" not in said
        return said

    def passes(self, line: str) -> str:
        """Run a line that must succeed."""
        done = self.types(line)
        assert done.returncode == 0, f"`{line}`:\n{done.stdout[-6000:]}{done.stderr[-3000:]}"
        return done.stdout

    def verbs(self) -> set[str]:
        """What the project offers, by its own help."""
        lines = self.verb("--help").split("Commands")[1].splitlines()
        return {line.split()[1] for line in lines if line.startswith("│ ") and line[2] != " "}

    def checks(self) -> list[str]:
        """The commands of its own workflow, or of its README where it has none."""
        workflow = self.project / ".github/workflows/checks.yml"
        if not workflow.exists():
            checks = ("ruff check .", "ruff format --check .", "mypy", "pytest")
            return [f"uv run {check}" for check in checks]
        steps = yaml.safe_load(workflow.read_text())["jobs"]["checks"]["steps"]
        commands = [step["run"] for step in steps if "run" in step and "if" not in step]
        assert commands
        return commands

    def passes_checks(self, covered: bool = True) -> set[str]:
        """Pass them all; which tests of the ML Test Score the tests that passed stand for.

        Reckoning coverage takes as long again as the tests: where it is not, the nightly does it.
        """
        checks = [each if covered else each.removesuffix(" --cov") for each in self.checks()]
        said = "".join(self.passes(f"export PYTEST_ADDOPTS=-rA; {check}") for check in checks)
        passed = set(re.findall(r"^PASSED (\S+?\.py::\w+)", said, re.M))
        return {name for name, test in self.marked() if test in passed}

    def marked(self) -> Iterator[tuple[str, str]]:
        """(id of the ML Test Score, the test that bears it)."""
        for file in sorted((self.project / "tests").rglob("test_*.py")):
            found = re.findall(r'ml_test\("(.+?)"\)\n(?:@.*\n)*def (\w+)', file.read_text())
            where = file.relative_to(self.project)
            yield from ((name, f"{where}::{test}") for name, test in found)


def verbs_up_to(level: int) -> set[str]:
    """What the manifests promise a level."""
    below = [each for each in load_levels() if each.number <= level]
    return {
        verb for each in below for capability in each.capabilities for verb in capability.commands
    }


def year(said: str) -> dict[str, Any]:
    """What a simulation kept."""
    (folder,) = re.findall("^results, log, reports: (.*)$", said, re.M)
    return dict(json.loads(Path(folder, "year.json").read_text()))


def was_honest(played: dict[str, Any]) -> None:
    """Every row was answered before its label, and both versions answered around each swap."""
    assert played["year"]["failed_requests"] == 0
    swaps = [p["answered_by"] for p in played["periods"] if len(p["answered_by"]) > 1]
    assert len(swaps) == played["year"]["promoted"]
    for answered_by in swaps:
        assert sum(answered_by.values()) >= 100
        assert all(answers > 0 for answers in answered_by.values())


def retraining_pays_off(played: dict[str, Any]) -> None:
    """Models that the gate accepted keep the error lower than the first model would."""
    total = played["year"]
    assert total["served_error"] <= 0.75 * total["static_error"]
    assert total["promoted"] >= 2
    assert total["rejected"] >= 1


@pytest.fixture(scope="module")
def make() -> Iterator[Callable[..., Owner]]:
    """`make(3, example="late-arrival")`: a project of its own, away from any other repository."""
    made: list[Path] = []

    def new(level: int, example: str = "air-time") -> Owner:
        made.append(Path(tempfile.mkdtemp(prefix=f"level-{level}-")))
        place = made[-1] / "churn"
        said = run_cli(place, "--level", level, "--example", example, "--defaults")
        assert said.status == 0, said.err
        return Owner(place)

    yield new
    cache = Path(subprocess.check_output([bundled_uv(), "cache", "dir"], text=True).strip())
    for folder in made:
        lend(folder / "churn/.venv", cache)
        shutil.rmtree(folder, ignore_errors=True)
