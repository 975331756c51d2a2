"""Every decision about an owner's data has a rule, a reason and a flag."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from mlops_init.data.plan import Choice, Plan
from mlops_init.data.preparation import Declared, answered, prepare
from mlops_init.data.wishes import Wishes

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


def test_what_tells_the_target_is_left_out_and_asked_about(
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


def declared(file: Path, target: str = "y", **said: Any) -> Declared:
    return prepare(Wishes(file, target, **said), asking=False)


@pytest.mark.parametrize(
    ("delimiter", "decimal", "encoding"),
    [
        (";", ",", "latin-1"),
        ("\t", ".", "utf-8"),
        ("|", ".", "utf-8-sig"),
        (";", ".", "utf-16"),
        (" ", ".", "utf-8"),
    ],
)
def test_any_csv_is_read_and_declared_as_it_is_written(
    tmp_path: Path, random: Random, delimiter: str, decimal: str, encoding: str
) -> None:
    frame = pd.DataFrame({"größe": random.normal(size=ROWS), "wo": ["Köln", "a; b"] * 200})
    frame = frame.assign(y=random.choice(["no", "yes"], ROWS))
    file = tmp_path / "x.csv"
    frame.to_csv(file, index=False, sep=delimiter, decimal=decimal, encoding=encoding)
    found = yaml.safe_load(declared(file).declaration("x.csv"))
    how = {"delimiter": delimiter, "decimal": decimal, "encoding": encoding}
    usual = {"delimiter": ",", "decimal": ".", "encoding": "utf-8"}
    assert found["csv"] == {name: value for name, value in how.items() if value != usual[name]}
    assert found["features"]["größe"]["type"] == "number"
    assert found["features"]["wo"] == {"type": "category"}


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "folder"])
def test_other_kinds_of_files_are_the_same_data(tmp_path: Path, random: Random, kind: str) -> None:
    frame = pd.DataFrame(
        {"id": range(ROWS), "x": random.normal(size=ROWS).round(3), "y": ["u", "v"] * 200}
    )
    file = tmp_path / f"x.{kind}"
    if kind == "jsonl":
        frame.to_json(file, orient="records", lines=True)
    elif kind == "parquet":
        frame.to_parquet(file)
    else:
        file.mkdir()
        frame.head(200).to_csv(file / "a.csv", index=False)
        frame.tail(200).to_csv(file / "b.csv", index=False)
    found = yaml.safe_load(declared(file).declaration("x"))
    assert (found["key"], found["task"]) == ("id", "binary")
    assert found["features"]["x"]["type"] == "number"


def test_a_word_for_a_missing_value_is_noticed(tmp_path: Path, random: Random) -> None:
    sizes = [f"{n}.5" if n % 9 else "?" for n in range(ROWS)]
    file = tmp_path / "x.csv"
    pd.DataFrame({"size": sizes, "y": [0, 1] * 200}).to_csv(file, index=False)
    found = yaml.safe_load(declared(file).declaration("x.csv"))
    assert found["csv"] == {"missing": ["?"]}
    assert found["features"]["size"]["nullable"]


NAMES = ["a b", "a.b", "class", "🙂", "yes", "1", "x: y", "#hash", 'say "hi"', "o'clock", "{x}"]


def test_a_column_may_be_called_anything(tmp_path: Path, random: Random) -> None:
    file = tmp_path / "x.csv"
    columns = {name: random.normal(size=ROWS) for name in NAMES}
    pd.DataFrame(columns | {"prediction ": [0, 1] * 200}).to_csv(file, index=False)
    own = declared(file, "prediction ")
    found = yaml.safe_load(own.declaration("x.csv"))
    assert list(found["features"]) == NAMES
    assert found["target"] == "prediction "
    assert '| say "hi" | feature |' in own.card()


def test_the_same_file_makes_the_same_card_and_pictures(tmp_path: Path, random: Random) -> None:
    file = tmp_path / "x.csv"
    when = pd.Timestamp("2021-01-01") + pd.to_timedelta(np.arange(ROWS), unit="D")
    holed = np.where(np.arange(ROWS) % 5, random.normal(size=ROWS), np.nan)
    pd.DataFrame({"when": when, "x": holed, "y": [0, 1] * 200}).to_csv(file, index=False)
    one, other = declared(file), declared(file)
    assert one.pictures == other.pictures
    assert set(one.pictures) == {"distributions.svg", "missing.svg", "target-over-time.svg"}
    assert all("<svg" in picture for picture in one.pictures.values())
    assert one.card() == other.card()
    assert all(f"](data-card/{name})" in one.card() for name in one.pictures)


def test_nothing_heavy_is_imported_before_data_are_named() -> None:
    code = (
        "import sys; from mlops_init import cli\n"
        "print({'duckdb', 'matplotlib', 'numpy', 'questionary'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
