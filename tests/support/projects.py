"""Generated projects that are installed and used in a shell."""

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
from mlops_init.template.levels import find_level, list_capabilities

from tests.support.bytecode import share_bytecode
from tests.support.generator import run_cli

NIGHTLY = bool(os.environ.get("MLOPS_INIT_NIGHTLY"))  # set by `.ci/nightly`
SAME_FILES = [1, 2, 3, 4]  # a file is the same at all of them (test_levels.py)
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
OWN_ML_TESTS = {  # level -> the items that the tests of a project are marked with
    1: FROM_LEVEL_1,
    2: FROM_LEVEL_1,
    3: FROM_LEVEL_3,
    4: (*FROM_LEVEL_3, "monitoring-4", "monitoring-7"),
}


@dataclass(frozen=True)
class InstalledProject:
    """A generated project with its environment, used as in a shell."""

    folder: Path
    command: str = "churn"

    def shell(self, line: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a line as `sh` does, with the uv of this machine first on the PATH."""
        kept = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
        path = f"{Path(bundled_uv()).parent}{os.pathsep}{kept['PATH']}"
        return subprocess.run(
            ["sh", "-ec", line],
            cwd=self.folder,
            env=kept | {"PATH": path} | env,
            capture_output=True,
            text=True,
            check=False,
        )

    def shell_output(self, line: str, **env: str) -> str:
        """What a line prints, which must succeed."""
        done = self.shell(line, **env)
        assert done.returncode == 0, f"`{line}`:\n{done.stdout[-6000:]}{done.stderr[-3000:]}"
        return done.stdout

    def sync(self) -> None:
        """Install what the project declares; `uv run` does this too, but takes longer each time."""
        self.shell_output("uv sync --quiet")

    def run(self, words: str, status: int = 0, **env: str) -> str:
        """What a command of the project prints, which must end with this status."""
        done = self.shell(f".venv/bin/{self.command} {words}", **env)
        printed = done.stdout + done.stderr
        assert done.returncode == status, f"`{words}` ended with {done.returncode}:\n{printed}"
        assert "Traceback" not in printed
        return printed

    def commands(self) -> set[str]:
        """The commands in its `--help`."""
        lines = self.run("--help").split("Commands")[1].splitlines()
        return {line.split()[1] for line in lines if line.startswith("│ ") and line[2] != " "}

    def checks(self) -> list[str]:
        """The commands of its checks workflow, or of its README where it has no workflow."""
        workflow = self.folder / ".github/workflows/checks.yml"
        if not workflow.exists():
            checks = ("ruff check .", "ruff format --check .", "mypy", "pytest")
            return [f"uv run {check}" for check in checks]
        steps = yaml.safe_load(workflow.read_text())["jobs"]["checks"]["steps"]
        commands = [step["run"] for step in steps if "run" in step and "if" not in step]
        assert commands
        return commands

    def run_checks(self, tests: str = "", coverage: bool = False) -> None:
        """Run the checks; `tests` selects tests. Coverage takes as long again as the tests."""
        for check in self.checks():
            if "pytest" not in check:
                self.shell_output(check)
            else:
                command = check if coverage else check.removesuffix(" --cov")
                self.shell_output(f"{command} {tests}", PYTEST_ADDOPTS="-n 0")

    def tests_added_by(self, level: int) -> str:
        """The folders with the tests of the capabilities of a level."""
        folders = [f"tests/{part.name}" for part in find_level(level).capabilities]
        return " ".join(each for each in folders if (self.folder / each).is_dir())

    def collect_tests(self) -> int:
        """How many tests pytest finds, which must all be importable."""
        printed = self.shell_output("uv run pytest --collect-only -q -n 0", PYTEST_ADDOPTS="")
        return int(re.findall(r"^(\d+) tests collected", printed, re.M)[0])

    def ml_tests(self, printed: str) -> set[str]:
        """The ids of the ML Test Score of those tests that passed, as `pytest -rA` prints them."""
        passed = set(re.findall(r"PASSED (\S+?\.py::\w+)", printed))
        return {name for name, test in self.marked_tests() if test in passed}

    def marked_tests(self) -> Iterator[tuple[str, str]]:
        """(id of the ML Test Score, the test with this mark)."""
        for file in sorted((self.folder / "tests").rglob("test_*.py")):
            found = re.findall(r'ml_test\("(.+?)"\)\n(?:@.*\n)*def (\w+)', file.read_text())
            path = file.relative_to(self.folder)
            yield from ((name, f"{path}::{test}") for name, test in found)


Install = Callable[..., InstalledProject]


def commands_up_to(level: int) -> set[str]:
    """The commands of a project of a level without optional capabilities, from the manifests."""
    return {name for part in list_capabilities({"level": level}) for name in part.commands}


def serve_first_model(installed: InstalledProject) -> None:
    """From the source of the data to the answer of a server."""
    for command in ("ingest --period 2013-03", "validate", "pipeline run --period 2013-03"):
        installed.run(command)
    assert "version 1" in installed.run("promote")
    answer = json.loads(installed.run("serve --smoke --json"))["response"]
    assert answer["version"] == 1
    assert answer["predictions"][0]["prediction"] > 0


def read_replay(printed: str) -> dict[str, Any]:
    """The results that `simulate` wrote."""
    (folder,) = re.findall("^results, log, reports: (.*)$", printed, re.M)
    return dict(json.loads(Path(folder, "year.json").read_text()))


def check_replay(replay: dict[str, Any]) -> None:
    """Every row was answered before its label, and both versions answered around each swap."""
    assert replay["year"]["failed_requests"] == 0
    swaps = [p["answered_by"] for p in replay["periods"] if len(p["answered_by"]) > 1]
    assert len(swaps) == replay["year"]["promoted"]
    for answered_by in swaps:
        assert sum(answered_by.values()) >= 100
        assert all(answers > 0 for answers in answered_by.values())


def check_retraining_pays_off(replay: dict[str, Any]) -> None:
    """Models that the gate accepted keep the error lower than the first model would."""
    total = replay["year"]
    assert total["served_error"] <= 0.8 * total["static_error"]
    assert total["promoted"] >= 2
    assert total["rejected"] >= 1


@pytest.fixture(scope="module")
def install() -> Iterator[Install]:
    """`install(3, example="late-arrival")`: a project away from any other repository."""
    places: list[Path] = []

    def install_level(level: int, example: str = "air-time") -> InstalledProject:
        places.append(Path(tempfile.mkdtemp(prefix=f"level-{level}-")))
        folder = places[-1] / "churn"
        result = run_cli(folder, "--level", level, "--example", example, "--defaults")
        assert result.status == 0, result.err
        installed = InstalledProject(folder)
        installed.sync()
        return installed

    yield install_level
    cache = Path(subprocess.check_output([bundled_uv(), "cache", "dir"], text=True).strip())
    for place in places:
        share_bytecode(place / "churn/.venv", cache)
        shutil.rmtree(place, ignore_errors=True)
