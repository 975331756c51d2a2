"""The page on adding a capability works: new files, and one entry in a manifest."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import pages
from tests.support.generator import NOT_OURS, run_git

PAGE = "docs/how-to/add-a-capability.md"
MANIFEST = "maturity_levels/level_4.yml"
# Pages of this repository, which no project has.
SHOW_ALL = {"README.md", "docs/explanation/architecture.md", "docs/reference/levels.md"}
CODE = "template/src/{{ package_name }}/alerts"
NEW = {
    f"{CODE}/__init__.py",
    f"{CODE}/commands.py",
    "template/docs/how-to/alerts.md.jinja",
    "template/tests/alerts/test_alert.py.jinja",
}
AFFECTED_TESTS = (
    "docs/test_architecture",
    "docs/test_pages",
    "docs/test_readme",
    "docs/test_reference",
    "unit/test_levels",
)
NEW_PROJECT = "from mlops_init.cli import main; main()"


def python(at: Path, path: str, *words: str) -> str:
    """Run Python in a process that does not see this test suite."""
    kept = {key: value for key, value in os.environ.items() if key != "MLOPS_INIT_FROZEN"}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=at,
        env=kept | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture
def clone(checkout: Path, tmp_path: Path) -> Path:
    place = Path(shutil.copytree(checkout, tmp_path / "mlops-init", ignore=NOT_OURS))
    run_git("init", "--quiet", cwd=place)
    run_git("add", "--all", cwd=place)
    run_git("commit", "--quiet", "--message", "As it is", cwd=place)
    return place


def test_the_page_adds_a_capability_and_edits_one_file(
    clone: Path, record_property: pages.Record
) -> None:
    programs = Path(sys.executable).parent
    pages.run_page(clone / PAGE, clone, record_property, programs, PYTHONPATH=f"{clone}/generator")
    edited = {*run_git("diff", "--name-only", cwd=clone).splitlines()}
    new = {*run_git("ls-files", "--others", "--exclude-standard", cwd=clone).splitlines()}
    assert new == NEW
    assert edited - SHOW_ALL == {MANIFEST}
    assert edited == {MANIFEST, *SHOW_ALL}

    output = python(clone.parent, f"{clone}/generator", "-c", NEW_PROJECT, "churn", "--level", "4")
    assert "alerts the last alarm, as an exit status" in " ".join(output.split())
    project = clone.parent / "churn"
    assert "│ alert " in python(project, "src", "-m", "churn", "--help")
    assert "no alarm" in python(project, "src", "-c", call_alert())
    python(clone.parent, f"{clone}/generator", "-c", NEW_PROJECT, "below", "--level", "3")
    assert not [*(clone.parent / "below").rglob("*alert*")]

    tests = [f"tests/{name}.py" for name in AFFECTED_TESTS]
    assert "passed" in python(clone, str(clone), "-m", "pytest", "-q", *tests)


def call_alert() -> str:
    """Code that calls the new command without an alarm and without the libraries of a project."""
    return (
        "import sys, types; health = types.ModuleType('churn.monitoring.health')\n"
        "health.latest_health = lambda: None; sys.modules[health.__name__] = health\n"
        "sys.modules['churn.monitoring'] = types.ModuleType('churn.monitoring')\n"
        "from churn.alerts.commands import app; app()"
    )
