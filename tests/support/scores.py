"""The course's rubric and the ML Test Score of each level, added up from marked tests that passed.

`pytest --collect-only` prints what a whole run comes to if every marked test passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[2] / "README.md"
NAME = "score"
SECTIONS = ("data", "model", "infrastructure", "monitoring")
AUTOMATED = 1  # the level whose pushes run the tests; below, a test is run by hand
Claim = tuple[str, str, int, float]  # marker, id, level, points


def claims(item: pytest.Item) -> Iterator[Claim]:
    """What a test shows if it passes."""
    for mark in item.iter_markers("ml_test_score"):
        for level in mark.kwargs["levels"]:
            for name in mark.args:
                yield "ml_test_score", name, level, 1.0 if level >= AUTOMATED else 0.5
    for mark in item.iter_markers("rubric"):
        for level in mark.kwargs["levels"]:
            yield "rubric", mark.args[0], level, mark.kwargs["points"]


def scores(shown: Iterable[Claim]) -> dict[int, tuple[float, float]]:
    """level -> points in the rubric, and the least of the four sections."""
    best: dict[tuple[str, str, int], float] = {}
    for kind, name, level, points in shown:
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


def told() -> dict[int, tuple[float, float]]:
    """What the README's table says."""
    rows = re.findall(r"^\| (\d) \|.*\| ([\d.]+) \| ([\d.]+) \|$", README.read_text(), re.M)
    return {int(level): (float(points), float(score)) for level, points, score in rows}


class Scores:
    """Gathers in each worker, and adds up where all reports arrive."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.marked: dict[str, list[Claim]] = {}
        option = config.option
        asked = option.keyword or option.markexpr or option.maxfail
        excluded = option.deselect or option.ignore or option.ignore_glob
        named = config.args_source is pytest.Config.ArgsSource.ARGS
        self.whole = not (asked or excluded or named)
        self.wrong = False

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Write what a test shows beside it, so that its report brings it home."""
        for item in session.items:
            if shown := list(claims(item)):
                self.marked[item.nodeid] = shown
                item.user_properties.append((NAME, shown))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The table, and whether the README has it."""
        reports = [r for kind in terminalreporter.stats.values() for r in kind]
        mine = [r for r in reports if NAME in dict(getattr(r, "user_properties", []))]
        failed = {r.nodeid for r in mine if r.failed}
        passed = [r for r in mine if r.when == "call" and r.passed and r.nodeid not in failed]
        shown = [tuple(c) for r in passed for c in dict(r.user_properties)[NAME]]
        if self.config.option.collectonly:
            shown = [claim for each in self.marked.values() for claim in each]
        if not self.whole or not shown:
            return
        found = scores(shown)
        skipped = {r.nodeid for r in mine if r.skipped}
        terminalreporter.section("what the levels score")
        for level, (points, score) in found.items():
            terminalreporter.line(f"level {level}: {points:g} of 33, ML Test Score {score:g}")
        terminalreporter.line(f"{len(skipped)} marked tests skipped, {len(failed)} failed")
        if found != told() and not skipped and not failed:
            self.wrong = not self.config.option.collectonly
            terminalreporter.line("README.md says otherwise", red=True)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """A README that is wrong fails the run."""
        if self.wrong:
            raise pytest.UsageError("README.md: the table of levels has other scores")
