"""Hundreds of random edits are merged: each is kept, or is part of a listed conflict.

RANDOM_EDITS_SEED and RANDOM_EDITS_COUNT select the seeds, RANDOM_EDITS_KINDS a single case. A
failure prints the command that repeats it.
"""

import os
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

import pytest

from tests.support.edits import imports
from tests.support.edits.cases import MIN_KINDS, Case
from tests.support.edits.counts import NAME, EditCounts
from tests.support.edits.repository import MergeRepository

ONLY = tuple(filter(None, os.environ.get("RANDOM_EDITS_KINDS", "").split(",")))
FIRST = int(os.environ.get("RANDOM_EDITS_SEED", "0"))
COUNT = 1 if ONLY else int(os.environ.get("RANDOM_EDITS_COUNT", "100"))
CHUNKS = [range(start, min(start + 25, FIRST + COUNT)) for start in range(FIRST, FIRST + COUNT, 25)]
SHARE = 0.3  # of all cases, at least, change a file that the level changes


@pytest.mark.parametrize("seeds", CHUNKS, ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_a_merge_keeps_random_edits(
    repository: MergeRepository,
    seeds: range,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    checks = [repository.check_case(Case(seed, ONLY)) for seed in seeds]
    counts = EditCounts.of(checks)
    record_property(NAME, astuple(counts))
    problems = [repository.reproduce(each) for each in checks if each.problems]
    assert not problems, f"{len(problems)} of seeds {seeds[0]} to {seeds[-1]}:\n" + "\n".join(
        problems
    )
    assert ONLY or counts.fewest >= MIN_KINDS
    assert ONLY or counts.touching >= SHARE * len(checks)
    for each in checks:
        # The modules of one project are imported; those of the others are parsed.
        if each.outcome and not each.conflicts and imports.are_complete(each.outcome.tree):
            failed = imports.import_all(each.outcome.tree, tmp_path / "imported")
            # The user may have broken an import, with a notebook named like a module.
            failed_before = failed and imports.import_all(each.work.tree, tmp_path / "user")
            command = f"{each.case.repeat_command}, kinds {','.join(each.work.kinds)}"
            assert not failed or failed_before, f"{command}: {failed}"
            break
