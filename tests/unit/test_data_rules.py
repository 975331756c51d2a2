"""Every decision about an owner's data has a rule, a reason and a flag."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlops_init.data.decision import Choice, Plan
from mlops_init.data.prepare import answered, prepare
from mlops_init.data.request import Wishes
from mlops_init.errors import RefusedError

ROWS = 400
Random = np.random.Generator


@pytest.fixture
def random() -> Random:
    return np.random.default_rng(0)


@pytest.fixture
def decided(tmp_path: Path) -> Callable[..., Plan]:
    """`decided(columns, target="y", …)`: the plan for these columns."""

    def plan(columns: dict[str, Any], **said: Any) -> Plan:
        file = tmp_path / "x.csv"
        pd.DataFrame(columns).to_csv(file, index=False)
        return prepare(Wishes(file, **{"target": "y"} | said), asking=False).plan

    return plan


def choice(plan: Plan, name: str) -> Choice:
    return next(each for each in plan.choices if each.name == name)


@pytest.mark.parametrize(
    ("make", "task", "why"),
    [
        (lambda r: r.choice(["yes", "no"], ROWS), "binary", "it has two values"),
        (lambda r: r.integers(0, 2, ROWS), "binary", "it has two values"),
        (lambda r: r.choice(["a", "b", "c"], ROWS), "multiclass", "words, 3 different values"),
        (lambda r: r.normal(size=ROWS), "regression", "a number with 400 different values"),
        (lambda r: r.integers(0, 200, ROWS), "regression", "a number with "),
        (lambda r: r.integers(3, 9, ROWS), "multiclass", "whole numbers, 6 different values"),
    ],
)
def test_the_task_follows_from_the_target(
    decided: Callable[..., Plan],
    random: Random,
    make: Callable[[Random], Any],
    task: str,
    why: str,
) -> None:
    plan = decided({"x": random.normal(size=ROWS), "y": make(random)})
    assert plan.task == task
    assert why in plan.why_task


def test_grades_are_asked_about_and_the_answer_counts(
    decided: Callable[..., Plan], random: Random
) -> None:
    columns = {"x": random.normal(size=ROWS), "y": random.integers(3, 9, ROWS)}
    plan = decided(columns)
    (question,) = plan.questions
    assert (question.flag, question.options[0][0]) == ("--task", "multiclass")
    wishes = answered(Wishes(Path(), "y"), {"--task": "regression", "--keep x": "no"})
    assert (wishes.task, wishes.leave_out) == ("regression", ("x",))
    assert decided(columns, task="regression").questions == ()


@pytest.mark.parametrize(
    ("days", "period"),
    [(30, "day"), (60, "week"), (300, "month"), (1500, "quarter"), (9000, "year")],
)
def test_the_period_leaves_enough_of_them(
    decided: Callable[..., Plan], random: Random, days: int, period: str
) -> None:
    start = pd.Timestamp("2000-01-01")
    when = start + pd.to_timedelta(np.linspace(0, days, ROWS).astype(int), unit="D")
    plan = decided({"x": random.normal(size=ROWS), "when": when, "y": random.normal(size=ROWS)})
    assert (plan.time, plan.period) == ("when", period)


@pytest.mark.parametrize(
    ("form", "declared"),
    [
        ("%Y-%m-%d", None),
        ("%Y-%m-%dT%H:%M:%SZ", None),
        ("%d.%m.%Y", "%d.%m.%Y"),
        ("%m/%d/%Y", "%m/%d/%Y"),
        ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M"),
        ("%Y%m%d", "%Y%m%d"),
    ],
)
def test_dates_are_read_in_any_usual_format(
    decided: Callable[..., Plan], random: Random, form: str, declared: str | None
) -> None:
    when = pd.Timestamp("2021-01-01") + pd.to_timedelta(np.arange(ROWS), unit="D")
    plan = decided({"when": when.strftime(form), "x": random.normal(size=ROWS), "y": [0, 1] * 200})
    column = plan.profile.of("when")
    assert (column.kind, column.format) == ("date", declared)
    assert column.low == pd.Timestamp("2021-01-01")


def test_a_date_that_is_no_time(decided: Callable[..., Plan], random: Random) -> None:
    when = (pd.Timestamp("1950-01-01") + pd.to_timedelta(np.arange(ROWS), unit="D")).astype(str)
    holed = when.where(np.arange(ROWS) % 2 == 0, None)
    rest = {"x": random.normal(size=ROWS), "y": random.integers(0, 2, ROWS)}
    assert decided({"birth_date": when, **rest}).time is None
    plan = decided({"when": holed, **rest})
    assert plan.time is None
    assert plan.why_time == "when has dates, but 200 rows have none"
    assert choice(plan, "when").type == "date"
    two = decided({"sold": when, "created_at": when, **rest})
    assert two.time == "created_at"
    assert [question.flag for question in two.questions] == ["--time"]
    assert decided({"when": when, **rest}, time="none").time is None


def test_keys_and_entities(decided: Callable[..., Plan], random: Random) -> None:
    rest = {"x": random.normal(size=ROWS), "y": [0, 1] * 200}
    people = [f"c{n % 90}" for n in range(ROWS)]
    plan = decided({"order_id": np.arange(ROWS) * 7, "customer_id": people, **rest})
    assert (plan.key, plan.entity) == ("order_id", "customer_id")
    assert decided(rest).key is None
    assert "equal rows are one" in decided(rest).why_key
    assert decided({"n": np.arange(ROWS), **rest}).key == "n"
    # An amount that happens to be different in each row names nothing.
    assert decided({"price": np.arange(ROWS) * 3 + 5, **rest}).key is None


@pytest.mark.parametrize(
    ("make", "use", "kind", "why"),
    [
        (lambda r: [7] * ROWS, "left out", None, "the same in every row (7)"),
        (lambda r: [None] * ROWS, "left out", None, "empty in every row"),
        (lambda r: [1.5, 2.5] + [None] * 398, "left out", None, "missing in 100% of the rows"),
        (lambda r: [f"w{n}" for n in range(ROWS)], "left out", None, "an identifier or a name"),
        (lambda r: [f"a b c {n}" for n in range(ROWS)], "feature", "text", "free text"),
        (lambda r: [f"a{n}@b.org" for n in range(ROWS)], "left out", None, "an e-mail address"),
        (lambda r: r.choice(["u", "v"], ROWS), "feature", "category", "2 different words"),
        (lambda r: r.choice(["007", "042"], ROWS), "feature", "category", "begin with 0"),
        (lambda r: r.choice(["yes", "no"], ROWS), "feature", "boolean", "two values"),
        (lambda r: r.choice([0, 1], ROWS), "feature", "boolean", "two values"),
        (lambda r: np.linspace(-4, 8, ROWS), "feature", "number", "-4 to 8, widened by half"),
    ],
)
def test_what_a_column_is_used_for(
    decided: Callable[..., Plan],
    random: Random,
    make: Callable[[Random], Any],
    use: str,
    kind: str | None,
    why: str,
) -> None:
    plan = decided({"it": make(random), "x": random.normal(size=ROWS), "y": [0, 1] * 200})
    found = choice(plan, "it")
    assert (found.use, found.type) == (use, kind)
    assert why in found.why


def test_a_high_cardinality_is_said(decided: Callable[..., Plan], random: Random) -> None:
    words = [f"w{n % 300}" for n in range(1200)]
    plan = decided({"it": words, "x": random.normal(size=1200), "y": [0, 1] * 600})
    assert "high cardinality" in choice(plan, "it").why


def test_ranges_have_slack_and_amounts_stay_amounts(
    decided: Callable[..., Plan], random: Random
) -> None:
    plan = decided(
        {"t": np.linspace(-4, 8, ROWS), "n": np.linspace(0, 10, ROWS), "y": [0, 1] * 200}
    )
    assert (choice(plan, "t").low, choice(plan, "t").high) == (-10, 14)
    assert (choice(plan, "n").low, choice(plan, "n").high) == (0, 15)


def test_what_tells_the_target_is_excluded_and_asked_about(
    decided: Callable[..., Plan], random: Random
) -> None:
    y = random.choice(["no", "yes"], ROWS, p=[0.7, 0.3])
    columns = {
        "x": random.normal(size=ROWS),
        "score": (y == "yes") + random.normal(0, 0.01, ROWS),
        "left_on": ["2024-01-01" if left else None for left in y == "yes"],
        "y": y,
    }
    plan = decided(columns)
    assert [each.name for each in plan.using("feature")] == ["x"]
    assert {question.flag for question in plan.questions} == {"--keep score", "--keep left_on"}
    assert choice(decided(columns, keep=("score",)), "score").use == "feature"
    amounts = {"x": random.normal(size=ROWS), "y": random.normal(size=ROWS).round(6)}
    leaking = decided(amounts | {"twice": 2 * amounts["y"] + 1})
    assert choice(leaking, "twice").use == "left out"
    assert choice(leaking, "x").use == "feature"


def test_what_is_unusual_is_pointed_out(decided: Callable[..., Plan], random: Random) -> None:
    y = np.array(["no"] * 385 + ["yes"] * 15)
    age = random.integers(18, 90, ROWS)
    plan = decided({"age": age, "phone": [f"+49 30 12345{n:03}" for n in range(ROWS)], "y": y})
    notes = " ".join(plan.notes)
    assert "imbalanced: 3.8% of y is yes" in notes
    assert "phone seems to hold a telephone number" in notes
    assert "age seems to hold a trait" in notes
    assert choice(plan, "phone").use == "left out"
    assert choice(plan, "age").use == "feature"
    late = decided({"age": age, "y": [0, 1] * 190 + [None] * 20})
    assert "20 rows have no y: taken as labels yet to come" in late.notes


def test_what_was_said_wins(decided: Callable[..., Plan], random: Random) -> None:
    columns = {"a": random.integers(0, 5, ROWS), "b": random.normal(size=ROWS), "y": [0, 1] * 200}
    plan = decided(columns, types={"a": "category"}, leave_out=("b",), metric="brier")
    assert (choice(plan, "a").type, choice(plan, "a").why) == ("category", "as you said")
    assert choice(plan, "b").use == "left out"
    assert plan.metric == "brier"


def test_a_lopsided_amount_is_judged_by_its_mean(
    decided: Callable[..., Plan], random: Random
) -> None:
    visits = np.where(random.random(ROWS) < 0.6, 0, random.exponential(9, ROWS).round(2))
    columns = {"x": random.normal(size=ROWS), "y": visits}
    plan = decided(columns)
    assert plan.metric == "mse"
    assert "lopsided: the mean of y is " in " ".join(plan.notes)
    assert decided(columns, metric="mae").metric == "mae"
    assert decided({"x": columns["x"], "y": random.normal(size=ROWS)}).metric == "mae"


def test_a_time_that_is_all_there_is_can_be_a_feature(decided: Callable[..., Plan]) -> None:
    columns = {"when": pd.date_range("2023-01-01", periods=ROWS), "y": np.arange(ROWS) % 97 / 3}
    with pytest.raises(RefusedError, match="--time none makes a feature of when"):
        decided(columns)
    assert choice(decided(columns, time="none"), "when").use == "feature"
