"""The checker of merges finds merges that break a promise."""

import pytest

from tests.support.edits.broken_merges import CHANGES, break_merge, hide_conflict
from tests.support.edits.cases import KINDS, PAIRS, Case, Renders
from tests.support.edits.repository import MergeRepository
from tests.support.projects import NIGHTLY

BROKEN = 10 if NIGHTLY else 4


@pytest.mark.parametrize("name", CHANGES)
def test_a_merge_that_breaks_a_promise_is_noticed(repository: MergeRepository, name: str) -> None:
    broken = 0
    for seed in range(3 * len(PAIRS)):
        work = Case(seed).make_edits(repository.renders)
        correct = repository.check_case(Case(seed))
        damaged = repository.check_case(
            Case(seed), break_merge(repository, work, CHANGES[name], seed)
        )
        if correct.outcome != damaged.outcome:
            broken += 1
            assert damaged.problems, f"seed {seed}"
        if broken == BROKEN:
            return
    pytest.fail(f"only {broken} were broken at all")


def test_a_conflict_that_is_not_listed_is_noticed(repository: MergeRepository) -> None:
    hidden = 0
    for seed in range(len(PAIRS)):
        correct = repository.check_case(Case(seed))
        result = correct.conflicts + len(correct.outcome.deleted if correct.outcome else ())
        for number in range(min(result, 5)):
            hidden += 1
            assert repository.check_case(Case(seed), hide_conflict(number)).problems, (
                f"seed {seed}, {number}"
            )
    assert hidden > len(PAIRS)


def test_a_failure_is_reduced_to_the_kind_that_fails(repository: MergeRepository) -> None:
    case = Case(0, ("anywhere", "readme", "mode", "crlf", "rename-file"))
    broken_merge = break_merge(
        repository, case.make_edits(repository.renders), CHANGES["loses-a-mode"], 0
    )
    command, *problems = repository.reproduce(
        repository.check_case(case, broken_merge), broken_merge
    ).splitlines()
    assert command.startswith("RANDOM_EDITS_SEED=0 RANDOM_EDITS_KINDS=mode .venv/bin/pytest tests/")
    assert len(problems) == 1
    assert problems[0].endswith("is not the file of the user")


@pytest.mark.parametrize("seed", range(len(PAIRS)))
def test_the_same_seed_and_kinds_make_the_same_edits(renders: Renders, seed: int) -> None:
    work = Case(seed).make_edits(renders)
    assert Case(seed, tuple(work.kinds)).make_edits(renders).tree == work.tree


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_edit_changes_a_project(renders: Renders, kind: str) -> None:
    assert any(Case(seed, (kind,)).make_edits(renders).user_paths for seed in range(len(PAIRS)))
