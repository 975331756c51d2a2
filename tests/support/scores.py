"""The course's rubric and the ML Test Score of each level, added up from marked tests.

A marked test claims points. Each run names the claims of tests that did not pass. A run of all
tests fails if the table in the README differs from all claims, whether or not a test was skipped.
`pytest --collect-only -o testpaths=tests` compares the two and runs no test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[2] / "README.md"
NAME = "claims"  # of a user property
SECTIONS = ("data", "model", "infrastructure", "monitoring")
AUTOMATED = 1  # the level whose pushes run the tests; below, a test is run by hand
Claim = tuple[str, str, int, float]  # marker, id, level, points


def claims(item: pytest.Item) -> Iterator[Claim]:
    """The points that a test claims by its markers."""
    for mark in item.iter_markers("ml_test_score"):
        for level in mark.kwargs["levels"]:
            for name in mark.args:
                yield "ml_test_score", name, level, 1.0 if level >= AUTOMATED else 0.5
    for mark in item.iter_markers("rubric"):
        for level in mark.kwargs["levels"]:
            yield "rubric", mark.args[0], level, mark.kwargs["points"]


def scores(counted: Iterable[Claim]) -> dict[int, tuple[float, float]]:
    """level -> points in the rubric, and those of the section with the fewest."""
    best: dict[tuple[str, str, int], float] = {}
    for kind, name, level, points in counted:
        best[kind, name, level] = max(points, best.get((kind, name, level), 0))

    def total(kind: str, level: int, section: str = "") -> float:
        mine = best.items()
        return sum(n for (k, i, at), n in mine if (k, at) == (kind, level) and section in i)

    return {
        level: (
            total("rubric", level),
            min(total("ml_test_score", level, f"{section}-") for section in SECTIONS),
        )
        for level in range(5)
    }


def scores_in_readme() -> dict[int, tuple[float, float]]:
    """The scores in the README's table of levels."""
    rows = re.findall(r"^\| (\d) \|.*\| ([\d.]+) \| ([\d.]+) \|$", README.read_text(), re.M)
    return {int(level): (float(points), float(score)) for level, points, score in rows}


def claims_of(reports: Iterable[pytest.TestReport]) -> tuple[set[Claim], set[Claim]]:
    """(the claims of all tests, those of the tests that passed)."""
    every: dict[str, set[Claim]] = {}
    not_passed = set()
    for report in reports:
        properties = dict(getattr(report, "user_properties", []))
        every.setdefault(report.nodeid, set()).update(map(tuple, properties.get(NAME, [])))
        if not report.passed:
            not_passed.add(report.nodeid)
    passed = (found for test, found in every.items() if test not in not_passed)
    return set().union(*every.values()), set().union(*passed)


class Scores:
    """Collects the claims in each worker, and adds them up where all reports arrive."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.collected: set[Claim] = set()
        option = config.option
        selected = option.keyword or option.markexpr or option.maxfail
        excluded = option.deselect or option.ignore or option.ignore_glob
        named = config.args_source is pytest.Config.ArgsSource.ARGS
        some_folders = config.getini("testpaths") not in ([], ["tests"])
        self.is_whole = not (selected or excluded or named or some_folders)
        self.is_wrong = False

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Attach the claims to each test, so that its reports contain them."""
        for item in session.items:
            if found := list(claims(item)):
                self.collected.update(found)
                item.user_properties.append((NAME, found))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the scores, and whether the README has them."""
        every = [each for kind in terminalreporter.stats.values() for each in kind]
        reports = [each for each in every if isinstance(each, pytest.TestReport)]
        claimed, passed = claims_of(reports)
        if self.config.option.collectonly:
            claimed = passed = self.collected
        if claimed != passed or self.is_whole:
            terminalreporter.section("scores of the levels")
        for _, name, level, _ in sorted(claimed - passed):
            terminalreporter.line(f"level {level}: {name} is claimed, but no test of it passed")
        if not self.is_whole:
            return
        for level, (points, score) in scores(passed).items():
            terminalreporter.line(f"level {level}: {points:g} of 33, ML Test Score {score:g}")
        if scores(claimed) != scores_in_readme():
            self.is_wrong = True
            terminalreporter.line("README.md has other scores than the tests claim", red=True)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """A README that is wrong fails the run."""
        if self.is_wrong:
            raise pytest.UsageError("README.md: the table of levels has other scores")
