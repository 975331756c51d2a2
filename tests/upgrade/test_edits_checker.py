"""Who checks merges is checked: a merge that breaks a promise on purpose is noticed."""

import pytest

from tests.support.edits.cases import KINDS, PAIRS, Case, Renders
from tests.support.edits.merging import Bench
from tests.support.edits.sabotage import CHANGES, hurt, silent


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
        result = right.conflicts + len(right.outcome.deleted if right.outcome else ())
        for number in range(min(result, 5)):
            kept_silent += 1
            assert bench.judged(Case(seed), silent(number)).wrong, f"seed {seed}, {number}"
    assert kept_silent > len(PAIRS)


def test_a_failure_is_reduced_to_the_kind_that_fails(bench: Bench) -> None:
    case = Case(0, ("anywhere", "readme", "mode", "crlf", "rename-file"))
    badly = hurt(bench, case.done(bench.renders), CHANGES["loses-a-mode"], 0)
    line, *wrong = bench.reproduced(bench.judged(case, badly), badly).splitlines()
    assert line.startswith("OWNER_EDITS_SEED=0 OWNER_EDITS_KINDS=mode .venv/bin/pytest tests/")
    assert len(wrong) == 1
    assert wrong[0].endswith("is not the owner's")


@pytest.mark.parametrize("seed", range(len(PAIRS)))
def test_the_same_seed_and_kinds_make_the_same_edits(renders: Renders, seed: int) -> None:
    work = Case(seed).done(renders)
    assert Case(seed, tuple(work.kinds)).done(renders).tree == work.tree


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_edit_changes_a_project(renders: Renders, kind: str) -> None:
    assert any(Case(seed, (kind,)).done(renders).touched for seed in range(len(PAIRS)))
