"""Random edits in real repositories: the printed result is the one in git, and can be undone."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.edits.cases import Case, Renders
from tests.support.edits.checker import blocks_a_moved_folder, find_problems
from tests.support.edits.in_place import ProjectRepository, listed_conflicts
from tests.support.generator import run_cli
from tests.support.projects import NIGHTLY

# Other seeds than those that are merged in memory.
CASES = range(1000, 1030 if NIGHTLY else 1006)


@pytest.mark.parametrize("seed", CASES)
def test_an_upgrade_keeps_random_edits(
    own: Callable[[int], Path], renders: Renders, tmp_path: Path, seed: int
) -> None:
    # The command line follows a renamed package, which test_upgrade_adapts.py checks.
    case = Case(seed, excluded=("rename-package",))
    old, new = case.levels
    repository = ProjectRepository(own(old), tmp_path)
    work, moves = repository.commit_edits(case, renders)
    case_name = f"seed {seed}: {','.join(work.kinds)}"
    before = repository.state()

    dry_run = run_cli("upgrade", "--level", new, "--dry-run", cwd=repository.folder)
    assert repository.state() == before, case_name
    result = run_cli("upgrade", "--level", new, cwd=repository.folder)
    assert dry_run.status == result.status, case_name
    if result.status == 2:
        # A folder of the user at the path of a new file is a reason to refuse.
        folders = [path for path in work.new_paths if work.below(path)]
        assert blocks_a_moved_folder(work, moves) or folders, (case_name, result.err)
        assert repository.state() == before, case_name
        return

    outcome = repository.outcome(result.out, work, moves)
    assert find_problems(work, moves, outcome) == [], case_name
    count = re.search(r"^(\d+) conflicts? to resolve:", result.out, re.MULTILINE)
    assert int(count[1] if count else 0) == len(outcome.conflicts), case_name
    assert listed_conflicts(result.out, outcome.conflicts) == outcome.conflicts.keys(), case_name
    assert result.status == bool(outcome.conflicts), case_name
    differs = repository.run("diff", "--name-only", "-z").decode().split("\0")[:-1]
    assert {*differs} <= outcome.conflicts.keys(), case_name

    assert run_cli("upgrade", "--abort", cwd=repository.folder).status == 0
    assert repository.state() == before, case_name
