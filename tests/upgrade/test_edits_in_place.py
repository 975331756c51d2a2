"""Owners' work in real repositories: what the command line says is what git has, and undoes it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.edits.cases import Case, Renders
from tests.support.edits.checker import in_the_way, problems
from tests.support.edits.in_place import Place, listed
from tests.support.generator import run_cli

CASES = range(1000, 1030)  # other seeds than those that are merged in memory


@pytest.mark.parametrize("seed", CASES)
def test_an_upgrade_keeps_random_edits(
    own: Callable[[int], Path], renders: Renders, tmp_path: Path, seed: int
) -> None:
    case = Case(seed)
    old, new = case.levels
    place = Place(own(old), tmp_path)
    work, moves = place.settled(case, renders)
    again = f"seed {seed}: {','.join(work.kinds)}"
    before = place.state()

    foreseen = run_cli("upgrade", "--level", new, "--dry-run", cwd=place.folder)
    assert place.state() == before, again
    result = run_cli("upgrade", "--level", new, cwd=place.folder)
    assert foreseen.status == result.status, again
    if result.status == 2:
        # Where a folder of theirs lies at the place of a new file, that file cannot come.
        folders = [path for path in work.new if work.below(path)]
        assert in_the_way(work, moves) or folders, (again, result.err)
        assert place.state() == before, again
        return

    outcome = place.outcome(result.out, work, moves)
    assert problems(work, moves, outcome) == [], again
    count = re.search(r"^(\d+) conflicts? to resolve:", result.out, re.MULTILINE)
    assert int(count[1] if count else 0) == len(outcome.conflicts), again
    assert listed(result.out, outcome.conflicts) == outcome.conflicts.keys(), again
    assert result.status == bool(outcome.conflicts), again
    differs = place.run("diff", "--name-only", "-z").decode().split("\0")[:-1]
    assert {*differs} <= outcome.conflicts.keys(), again

    assert run_cli("upgrade", "--abort", cwd=place.folder).status == 0
    assert place.state() == before, again
