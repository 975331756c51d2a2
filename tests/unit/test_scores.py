"""A score claims what tests show, and its README table is the one they add up to."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import LEVELS
from tests.support.projects import OWN_ML_TESTS
from tests.support.scores import scores


@pytest.mark.parametrize("level", LEVELS[1:])
def test_a_project_is_marked_with_the_tests_it_bears(
    project: Callable[[int], Path], level: int
) -> None:
    files = (project(level) / "tests").rglob("test_*.py")
    borne = {name for file in files for name in re.findall(r'ml_test\("(.+?)"\)', file.read_text())}
    assert borne == set(OWN_ML_TESTS[level])


def test_the_least_section_counts_and_a_criterion_counts_once() -> None:
    sections = ("data-1", "model-5", "infrastructure-1", "monitoring-3", "monitoring-5")
    shown = [("ml_test_score", name, 2, 1.0) for name in sections]
    twice = [("rubric", "orchestration", 2, 2.0), ("rubric", "orchestration", 2, 4.0)]
    assert scores(shown + twice)[2] == (4.0, 1.0)
    assert scores(shown[1:])[2] == (0.0, 0.0)
