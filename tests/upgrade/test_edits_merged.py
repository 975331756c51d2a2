"""Owners' work by the hundred, merged: all of it is there afterwards, or in a listed conflict.

OWNER_EDITS_SEED and OWNER_EDITS_COUNT say which seeds are tried, OWNER_EDITS_KINDS one case alone:
a failure prints the line that repeats it.
"""

import os
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

import pytest

from tests.support.edits import imports
from tests.support.edits.cases import FEWEST, Case
from tests.support.edits.figures import NAME, Figures
from tests.support.edits.merging import Bench

ONLY = tuple(filter(None, os.environ.get("OWNER_EDITS_KINDS", "").split(",")))
FIRST = int(os.environ.get("OWNER_EDITS_SEED", "0"))
COUNT = 1 if ONLY else int(os.environ.get("OWNER_EDITS_COUNT", "500"))
CHUNKS = [range(start, min(start + 25, FIRST + COUNT)) for start in range(FIRST, FIRST + COUNT, 25)]
SHARE = 0.3  # of all cases, at least, touch what the level changes


@pytest.mark.parametrize("seeds", CHUNKS, ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_a_merge_keeps_random_edits(
    bench: Bench, seeds: range, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    verdicts = [bench.judged(Case(seed, ONLY)) for seed in seeds]
    counted = Figures.of(verdicts)
    record_property(NAME, astuple(counted))
    wrong = [bench.reproduced(each) for each in verdicts if each.wrong]
    assert not wrong, f"{len(wrong)} of seeds {seeds[0]} to {seeds[-1]}:\n" + "\n".join(wrong)
    assert ONLY or counted.fewest >= FEWEST
    assert ONLY or counted.touching >= SHARE * len(verdicts)
    for each in verdicts:
        # One of them really: the rest are read.
        if each.outcome and not each.conflicts and imports.whole(each.outcome.tree):
            failed = imports.really(each.outcome.tree, tmp_path / "imported")
            # A notebook by the name of a module compiles, and was broken before the merge.
            owners = failed and imports.really(each.work.tree, tmp_path / "owners")
            again = f"{each.case.again}, kinds {','.join(each.work.kinds)}"
            assert not failed or owners, f"{again}: {failed}"
            break
