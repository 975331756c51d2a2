"""The task and the metric follow from the values of the target."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.support.decisions import ROWS, Answers, Decide, Random

# Of a survey: people round, so that more say ten than nine.
VISITS = np.repeat(range(12), [128, 77, 66, 46, 18, 16, 15, 8, 9, 4, 10, 3])
SHARES = [0.3, 0.2, 0.15, 0.13, 0.1, 0.07, 0.05]  # of classes, whose numbers have no order


@pytest.mark.parametrize(
    ("make", "task", "reason"),
    [
        (lambda r: r.choice(["yes", "no"], ROWS), "binary", "two different values"),
        (lambda r: r.integers(0, 2, ROWS), "binary", "two different values"),
        (lambda r: r.choice(["a", "b", "c"], ROWS), "multiclass", "text with 3 different values"),
        (lambda r: r.normal(size=ROWS), "regression", "a number with 400 different values"),
        (lambda r: r.integers(0, 200, ROWS), "regression", "a number with "),
        (lambda r: r.integers(3, 9, ROWS), "multiclass", "whole numbers with 6 different values"),
        (lambda r: r.integers(0, 10, ROWS), "multiclass", "whole numbers with 10 different values"),
        (lambda r: r.choice([5, 9, 2, 7, 1, 8, 3], ROWS, p=SHARES), "multiclass", "whole numbers"),
        (lambda r: r.poisson(1.5, ROWS), "regression", "rise and fall as those of a quantity do"),
        (lambda r: r.geometric(0.4, ROWS), "regression", "rise and fall as those of a quantity do"),
        (lambda r: r.binomial(12, 0.4, ROWS), "regression", "rise and fall"),
        (lambda r: VISITS, "regression", "rise and fall"),
    ],
)
def test_the_task_follows_from_the_target(
    decide: Decide, random: Random, make: Callable[[Random], Any], task: str, reason: str
) -> None:
    decisions = decide({"x": random.normal(size=ROWS), "y": make(random)})
    assert decisions.task.value == task
    assert reason in decisions.task.reason


def test_the_task_of_few_whole_numbers_is_asked(decide: Decide, random: Random) -> None:
    columns = {"x": random.normal(size=ROWS), "y": random.integers(3, 9, ROWS)}
    proposed, answered = Answers(), Answers(task="regression")
    proposal, answer = decide(columns, proposed), decide(columns, answered)
    assert (proposal.task.value, answer.task.value) == ("multiclass", "regression")
    assert answer.task.reason == "your choice"
    assert "pass --task regression" in proposal.notes[0]
    assert "--task" not in " ".join(answer.notes)
    assert proposed.flags == answered.flags == ["--task"]
    requested = Answers()
    assert decide(columns, requested, task="regression").task.value == "regression"
    assert requested.flags == []


def test_a_skewed_amount_is_evaluated_by_its_mean(decide: Decide, random: Random) -> None:
    visits = np.where(random.random(ROWS) < 0.6, 0, random.exponential(9, ROWS).round(2))
    columns = {"x": random.normal(size=ROWS), "y": visits}
    decisions = decide(columns)
    assert decisions.metric == "mse"
    assert "y is skewed (mean " in " ".join(decisions.notes)
    assert decide(columns, metric="mae").metric == "mae"
    assert decide({"x": columns["x"], "y": random.normal(size=ROWS)}).metric == "mae"
