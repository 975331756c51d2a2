"""The scores in the README are those that the marked tests claim."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.generator import LEVELS, ROOT
from tests.support.projects import OWN_ML_TESTS
from tests.support.scores import scores

CONFTEST = """
from pathlib import Path
from tests.support import scores
scores.README = Path("README.md")

def pytest_configure(config):
    config.addinivalue_line("markers", "rubric(criterion, points, levels)")
    config.pluginmanager.register(scores.Scores(config))
"""
MARKED_TESTS = """
import pytest

@pytest.mark.rubric("tracking", points=4, levels=[1])
def test_one():
    pass

@pytest.mark.rubric("cloud", points=2, levels=[1])
@pytest.mark.skip
def test_two():
    pass
"""


@pytest.mark.parametrize("level", LEVELS[1:])
def test_a_project_is_marked_with_the_ids_of_its_own_tests(
    project: Callable[[int], Path], level: int
) -> None:
    files = (project(level) / "tests").rglob("test_*.py")
    ids = {name for file in files for name in re.findall(r'ml_test\("(.+?)"\)', file.read_text())}
    assert ids == set(OWN_ML_TESTS[level])


def test_the_section_with_the_fewest_points_counts_and_a_criterion_counts_once() -> None:
    sections = ("data-1", "model-5", "infrastructure-1", "monitoring-3", "monitoring-5")
    passed = [("ml_test_score", name, 2, 1.0) for name in sections]
    twice = [("rubric", "orchestration", 2, 2.0), ("rubric", "orchestration", 2, 4.0)]
    assert scores(passed + twice)[2] == (4.0, 1.0)
    assert scores(passed[1:])[2] == (0.0, 0.0)


def run_pytest(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_readme_has_the_scores_that_all_tests_claim() -> None:
    result = run_pytest("--collect-only", "-q", "-o", "testpaths=tests", cwd=ROOT)
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr
    assert "level 4: " in result.stdout


@pytest.mark.parametrize("points", [4, 6])
@pytest.mark.parametrize("words", [[], ["--collect-only"]])
def test_a_wrong_readme_is_found_although_a_test_is_skipped(
    tmp_path: Path, points: int, words: list[str]
) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_marked.py").write_text(MARKED_TESTS)
    rows = [f"| {level} | name | {points if level == 1 else 0} | 0 |" for level in LEVELS]
    (tmp_path / "README.md").write_text("\n".join(rows) + "\n")
    result = run_pytest(*words, cwd=tmp_path)
    assert (result.returncode == 0) == (points == 6), result.stdout
    assert ("README.md has other scores" in result.stdout) == (points != 6)
    skipped = "level 1: cloud is claimed, but no test of it passed"
    assert (skipped in result.stdout) == (words == [])
