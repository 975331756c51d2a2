"""Owners' work by the hundred, merged: all of it is there afterwards, or in a listed conflict.

OWNER_EDITS_SEED and OWNER_EDITS_COUNT say which seeds are tried, OWNER_EDITS_KINDS one case alone:
a failure prints the line that repeats it.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.owner import imports, tools
from tests.owner.cases import FEWEST, KINDS, PAIRS, Case, Renders
from tests.owner.merging import Bench
from tests.owner.sabotage import CHANGES, hurt, silent
from tests.owner.trees import on_disk

ONLY = tuple(filter(None, os.environ.get("OWNER_EDITS_KINDS", "").split(",")))
FIRST = int(os.environ.get("OWNER_EDITS_SEED", "0"))
COUNT = 1 if ONLY else int(os.environ.get("OWNER_EDITS_COUNT", "500"))
CHUNKS = [range(start, min(start + 25, FIRST + COUNT)) for start in range(FIRST, FIRST + COUNT, 25)]
SHARE = 0.3  # of all cases, at least, touch what the level changes


@pytest.fixture(scope="session")
def renders(project: Callable[[int], Path], tmp_path_factory: pytest.TempPathFactory) -> Renders:
    """The five levels, in memory, and what the tools of an owner make of them."""
    levels = {level: on_disk(project(level)) for level in range(5)}
    folder = tmp_path_factory.mktemp("tools")
    used = {level: tools.used(tree, folder / str(level)) for level, tree in levels.items()}
    return Renders(levels, used)


@pytest.fixture
def bench(renders: Renders, tmp_path: Path) -> Bench:
    """A place to merge in."""
    return Bench.of(renders, tmp_path)


@pytest.mark.parametrize("seeds", CHUNKS, ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_a_merge_keeps_what_its_owner_did(
    bench: Bench, seeds: range, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    verdicts = [bench.judged(Case(seed, ONLY)) for seed in seeds]
    touching = sum(each.touches_the_level for each in verdicts)
    kinds = [len(each.work.kinds) for each in verdicts]
    in_conflict = sum(each.conflicts > 0 for each in verdicts)
    record_property("owner-edits", (len(verdicts), touching, in_conflict, min(kinds), max(kinds)))
    wrong = [bench.reproduced(each) for each in verdicts if each.wrong]
    assert not wrong, f"{len(wrong)} of seeds {seeds[0]} to {seeds[-1]}:\n" + "\n".join(wrong)
    assert ONLY or min(kinds) >= FEWEST
    assert ONLY or touching >= SHARE * len(verdicts)
    for each in verdicts:
        # One of them really: the rest are read.
        if each.outcome and not each.conflicts and imports.whole(each.outcome.tree):
            failed = imports.really(each.outcome.tree, tmp_path / "imported")
            assert failed == {}, f"{each.case.again}, kinds {','.join(each.work.kinds)}"
            break


@pytest.mark.parametrize("name", CHANGES)
def test_a_merge_that_breaks_a_promise_is_noticed(bench: Bench, name: str) -> None:
    broken = 0
    for seed in range(3 * len(PAIRS)):
        work = Case(seed).done(bench.renders)
        right = bench.judged(Case(seed))
        wrong = bench.judged(Case(seed), hurt(bench, work, CHANGES[name], seed))
        if right.outcome != wrong.outcome:
            broken += 1
            assert wrong.wrong, f"seed {seed}"
        if broken == 15:
            return
    pytest.fail(f"only {broken} were broken at all")


def test_a_conflict_that_is_not_listed_is_noticed(bench: Bench) -> None:
    kept_silent = 0
    for seed in range(len(PAIRS)):
        right = bench.judged(Case(seed))
        said = right.conflicts + len(right.outcome.deleted if right.outcome else ())
        for number in range(min(said, 5)):
            kept_silent += 1
            assert bench.judged(Case(seed), silent(number)).wrong, f"seed {seed}, {number}"
    assert kept_silent > len(PAIRS)


def test_a_failure_shrinks_to_the_kind_that_fails(bench: Bench) -> None:
    case = Case(0, ("anywhere", "readme", "mode", "crlf", "rename-file"))
    badly = hurt(bench, case.done(bench.renders), CHANGES["loses-a-mode"], 0)
    line, *wrong = bench.reproduced(bench.judged(case, badly), badly).splitlines()
    assert line.startswith("OWNER_EDITS_SEED=0 OWNER_EDITS_KINDS=mode .venv/bin/pytest tests/")
    assert len(wrong) == 1
    assert wrong[0].endswith("is not the owner's")


@pytest.mark.parametrize("seed", range(len(PAIRS)))
def test_the_kinds_that_were_drawn_do_the_same_again(renders: Renders, seed: int) -> None:
    work = Case(seed).done(renders)
    assert Case(seed, tuple(work.kinds)).done(renders).tree == work.tree


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_changes_something_at_some_level(renders: Renders, kind: str) -> None:
    assert any(Case(seed, (kind,)).done(renders).touched for seed in range(len(PAIRS)))
