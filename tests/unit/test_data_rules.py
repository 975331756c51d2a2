"""Every decision about the user's data has a rule, a reason and an option."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlops_init.data.decision import Decision

from tests.support.decisions import ROWS, Answers, Decide, Random, column_of


@pytest.mark.parametrize(
    ("days", "period"),
    [(30, "day"), (60, "week"), (300, "month"), (1500, "quarter"), (9000, "year")],
)
def test_the_period_leaves_enough_periods(
    decide: Decide, random: Random, days: int, period: str
) -> None:
    start = pd.Timestamp("2000-01-01")
    when = start + pd.to_timedelta(np.linspace(0, days, ROWS).astype(int), unit="D")
    decisions = decide({"x": random.normal(size=ROWS), "when": when, "y": random.normal(size=ROWS)})
    assert (decisions.time.value, decisions.period.value) == ("when", period)


@pytest.mark.parametrize(
    ("date_format", "declared"),
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
    decide: Decide, random: Random, date_format: str, declared: str | None
) -> None:
    when = pd.Timestamp("2021-01-01") + pd.to_timedelta(np.arange(ROWS), unit="D")
    columns = {"when": when.strftime(date_format), "x": random.normal(size=ROWS)}
    column = decide(columns | {"y": [0, 1] * 200}).profile.column("when")
    assert (column.kind, column.date_format) == ("date", declared)
    assert column.min == pd.Timestamp("2021-01-01")


def test_not_every_date_is_the_time(decide: Decide, random: Random) -> None:
    when = (pd.Timestamp("1950-01-01") + pd.to_timedelta(np.arange(ROWS), unit="D")).astype(str)
    half_empty = when.where(np.arange(ROWS) % 2 == 0, None)
    rest = {"x": random.normal(size=ROWS), "y": random.integers(0, 2, ROWS)}
    assert decide({"birth_date": when, **rest}).time.value == ""
    decisions = decide({"when": half_empty, **rest})
    assert decisions.time == Decision("", "when is empty in 200 rows")
    assert column_of(decisions, "when").type == "date"
    assert decide({"when": when, **rest}, time="none").time.value == ""


def test_the_time_is_asked_if_several_columns_hold_dates(decide: Decide, random: Random) -> None:
    when = (pd.Timestamp("1950-01-01") + pd.to_timedelta(np.arange(ROWS), unit="D")).astype(str)
    columns = {"sold": when, "created_at": when, "x": random.normal(size=ROWS), "y": [0, 1] * 200}
    answers = Answers()
    assert decide(columns, answers).time.value == "created_at"
    assert answers.flags == ["--time"]
    decisions = decide(columns, Answers(time="none"))
    assert decisions.time.value == decisions.period.value == ""
    assert column_of(decisions, "created_at").use == "feature"


def test_keys_and_entities(decide: Decide, random: Random) -> None:
    rest = {"x": random.normal(size=ROWS), "y": [0, 1] * 200}
    people = [f"c{n % 90}" for n in range(ROWS)]
    decisions = decide({"order_id": np.arange(ROWS) * 7, "customer_id": people, **rest})
    assert (decisions.key.value, decisions.entity.value) == ("order_id", "customer_id")
    assert decide(rest).key == Decision("", "no column identifies a row")
    assert decide({"n": np.arange(ROWS), **rest}).key.value == "n"
    # A price that happens to be different in each row identifies nothing.
    assert decide({"price": np.arange(ROWS) * 3 + 5, **rest}).key.value == ""


@pytest.mark.parametrize(
    ("make", "use", "type_", "reason"),
    [
        (lambda r: [7] * ROWS, "excluded", None, "the same value in every row (7)"),
        (lambda r: [None] * ROWS, "excluded", None, "empty in every row"),
        (lambda r: [1.5, 2.5] + [None] * 398, "excluded", None, "missing in 100% of the rows"),
        (lambda r: [f"w{n}" for n in range(ROWS)], "excluded", None, "an identifier or a name"),
        (lambda r: [f"a b c {n}" for n in range(ROWS)], "feature", "text", "4 words on average"),
        (lambda r: [f"a{n}@b.org" for n in range(ROWS)], "excluded", None, "an e-mail address"),
        (lambda r: r.choice(["u", "v"], ROWS), "feature", "category", "2 categories"),
        (lambda r: r.choice(["007", "042"], ROWS), "feature", "category", "leading zeros"),
        (lambda r: r.choice(["yes", "no"], ROWS), "feature", "boolean", "two different values"),
        (lambda r: r.choice([0, 1], ROWS), "feature", "boolean", "two different values"),
        (lambda r: np.linspace(-4, 8, ROWS), "feature", "number", "observed -4 to 8"),
    ],
)
def test_what_a_column_is_used_for(
    decide: Decide,
    random: Random,
    make: Callable[[Random], Any],
    use: str,
    type_: str | None,
    reason: str,
) -> None:
    decisions = decide({"it": make(random), "x": random.normal(size=ROWS), "y": [0, 1] * 200})
    column = column_of(decisions, "it")
    assert (column.use, column.type) == (use, type_)
    assert reason in column.reason


def test_a_high_cardinality_is_a_reason(decide: Decide, random: Random) -> None:
    words = [f"w{n % 300}" for n in range(1200)]
    columns = {"it": words, "x": random.normal(size=1200), "y": random.integers(0, 2, 1200)}
    decisions = decide(columns)
    assert "high cardinality" in column_of(decisions, "it").reason


def test_ranges_are_widened_and_amounts_stay_positive(decide: Decide) -> None:
    degrees, amounts = np.linspace(-4, 8, ROWS), np.linspace(0, 10, ROWS)
    decisions = decide({"degrees": degrees, "amount": amounts, "y": [0, 1] * 200})
    ranges = {each.name: (each.min, each.max) for each in decisions.columns_used_as("feature")}
    assert ranges == {"degrees": (-10, 14), "amount": (0, 15)}


def test_a_suspected_leak_is_excluded_and_asked_about(decide: Decide, random: Random) -> None:
    y = random.choice(["no", "yes"], ROWS, p=[0.7, 0.3])
    columns = {
        "x": random.normal(size=ROWS),
        "score": (y == "yes") + random.normal(0, 0.01, ROWS),
        "left_on": ["2024-01-01" if left else None for left in y == "yes"],
        "y": y,
    }
    answers = Answers()
    decisions = decide(columns, answers)
    assert [each.name for each in decisions.columns_used_as("feature")] == ["x"]
    assert answers.flags == ["--include score", "--include left_on"]
    assert "too late: score, left_on." in " ".join(decisions.notes)
    for known_in_time in (
        decide(columns, Answers(include_score="yes")),
        decide(columns, include=("score",)),
    ):
        assert column_of(known_in_time, "score").use == "feature"
        assert "too late: left_on." in " ".join(known_in_time.notes)


def test_a_number_that_follows_from_the_target_is_a_suspected_leak(
    decide: Decide, random: Random
) -> None:
    columns = {"x": random.normal(size=ROWS), "y": random.normal(size=ROWS).round(6)}
    decisions = decide(columns | {"twice": 2 * columns["y"] + 1})
    assert column_of(decisions, "twice").use == "excluded"
    assert column_of(decisions, "x").use == "feature"


def test_a_feature_of_personal_data_is_asked_about(decide: Decide, random: Random) -> None:
    age = random.integers(18, 90, ROWS)
    columns = {"age": age, "x": random.normal(size=ROWS), "y": [0, 1] * 200}
    answers = Answers()
    decisions = decide(columns, answers)
    assert column_of(decisions, "age").use == "feature"
    assert [each.text for each in answers.questions] == [
        "age looks like a protected attribute. Use it as a feature?"
    ]
    assert "age looks like a protected attribute and is a feature: " in decisions.notes[0]
    excluded = column_of(decide(columns, Answers(exclude_age="no")), "age")
    assert (excluded.use, excluded.reason, excluded.type) == ("excluded", "your choice", None)
    requested = Answers()
    decide(columns, requested, include=("age",))
    assert requested.flags == []


def test_unusual_data_are_noted(decide: Decide, random: Random) -> None:
    y = np.array(["no"] * 385 + ["yes"] * 15)
    phones = [f"+49 30 12345{n:03}" for n in range(ROWS)]
    decisions = decide({"x": random.normal(size=ROWS), "phone": phones, "y": y})
    notes = " ".join(decisions.notes)
    assert "y is imbalanced: 3.8% of the rows are yes." in notes
    assert "phone looks like a telephone number and is excluded." in notes
    assert column_of(decisions, "phone").use == "excluded"
    late = decide({"x": random.normal(size=ROWS), "y": [0, 1] * 190 + [None] * 20})
    assert "20 rows without y: they count as rows whose label is not known yet." in late.notes


def test_a_request_wins_over_the_rules(decide: Decide, random: Random) -> None:
    columns = {"a": random.integers(0, 5, ROWS), "b": random.normal(size=ROWS), "y": [0, 1] * 200}
    decisions = decide(columns, types={"a": "category"}, exclude=("b",), metric="brier")
    a, b = column_of(decisions, "a"), column_of(decisions, "b")
    assert (a.type, a.reason) == ("category", "your choice")
    assert (b.use, b.reason) == ("excluded", "your choice")
    assert decisions.metric == "brier"


@pytest.mark.parametrize(
    ("days", "parts"), [(731, ("day_of_year", "weekday")), (700, ("weekday",))]
)
def test_the_parts_of_a_time_come_again(decide: Decide, days: int, parts: tuple[str, ...]) -> None:
    columns = {"when": pd.date_range("2023-01-01", periods=days), "y": np.arange(days) % 97 / 3}
    assert decide(columns).calendar == parts


def test_a_time_that_is_the_only_column_can_be_a_feature(decide: Decide) -> None:
    columns = {"when": pd.date_range("2023-01-01", periods=ROWS), "y": np.arange(ROWS) % 97 / 3}
    assert column_of(decide(columns, time="none"), "when").use == "feature"
