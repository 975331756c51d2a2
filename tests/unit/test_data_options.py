"""An option that names no column, or contradicts another one, is refused in one sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlops_init.data.decision import DataDecisions
from mlops_init.data.prepare import prepare
from mlops_init.data.request import DataRequest, parse_pairs
from mlops_init.errors import RefusedError

from tests.support.generator import run_cli

ROWS = 300
RANDOM = np.random.default_rng(0)


@pytest.fixture
def decide(tmp_path: Path) -> Callable[..., DataDecisions]:
    """`decide(key="none", …)`: the decisions about orders of customers, to predict y."""
    rows = pd.DataFrame(
        {
            "order_id": np.arange(ROWS) * 7 + 5,
            "customer_id": [f"c{number % 40}" for number in range(ROWS)],
            "day": pd.date_range("2023-01-01", periods=ROWS).astype(str),
            "x": RANDOM.normal(size=ROWS),
            "y": RANDOM.normal(size=ROWS),
        }
    )
    rows.to_csv(tmp_path / "orders.csv", index=False)
    rows.to_parquet(tmp_path / "orders.parquet")

    def decide(file: str = "orders.csv", **options: Any) -> DataDecisions:
        return prepare(DataRequest(tmp_path / file, **{"target": "y"} | options)).decisions

    return decide


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"time": "y"}, "y is named by --target and --time, but a column has one use"),
    ({"key": "y"}, "y is named by --target and --key,"),
    ({"entity": "y"}, "y is named by --target and --entity,"),
    ({"include": ("y",)}, "y is named by --target and --include,"),
    ({"exclude": ("y",)}, "y is named by --target and --exclude,"),
    ({"types": {"y": "number"}}, "y is named by --target and --type,"),
    ({"time": "day", "entity": "day"}, "day is named by --time and --entity,"),
    ({"key": "order_id", "exclude": ("order_id",)}, "order_id is named by --key and --exclude,"),
    ({"include": ("x",), "exclude": ("x",)}, "x is named by --exclude and --include,"),
    ({"types": {"x": "text"}, "exclude": ("x",)}, "x is named by --exclude and --type,"),
    ({"entity": "custmer_id"}, "--entity custmer_id is not a column of .*mean customer_id?"),
    ({"key": "oder_id"}, "--key oder_id is not a column of .*mean order_id?"),
    ({"time": "dya"}, "--time dya is not a column of .*mean day?"),
    ({"exclude": ("X",)}, "--exclude X is not a column of .*mean x?"),
    ({"date_formats": {"dya": "%d"}}, "--date-format dya is not a column of .*mean day?"),
    ({"time": "none", "period": "month"}, "--period needs a time, and rows have none"),
    ({"time": "none", "label_delay_hours": 4}, "--label-delay needs a time, and rows have none"),
    ({"label_delay_hours": -1}, "--label-delay -1 is no number of hours"),
    ({"label_delay_hours": float("nan")}, "--label-delay nan is no number of hours"),
    (
        {"types": {"day": "number"}, "date_formats": {"day": "%Y-%m-%d"}},
        "--date-format day=%Y-%m-%d and --type day=number exclude each other",
    ),
    ({"file": "orders.parquet", "delimiter": ";"}, "--delimiter describes a CSV file"),
]


@pytest.mark.parametrize(("options", "sentence"), REFUSED)
def test_an_unknown_column_and_a_contradiction_are_one_sentence(
    decide: Callable[..., DataDecisions], options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RefusedError, match=sentence) as error:
        decide(**options)
    assert "\n" not in str(error.value)


def test_blanks_around_a_name_do_not_matter(decide: Callable[..., DataDecisions]) -> None:
    decisions = decide(target=" y", time=" day", key="order_id ", exclude=(" x ",))
    values = (decisions.target, decisions.time.value, decisions.key.value)
    assert values == ("y", "day", "order_id")
    assert [each.name for each in decisions.columns_used_as("excluded")] == ["x"]


@pytest.mark.parametrize(
    ("column", "role"), [("day", "time"), ("customer_id", "entity"), ("order_id", "key")]
)
def test_an_excluded_column_is_no_time_key_or_entity_and_a_note_says_so(
    decide: Callable[..., DataDecisions], column: str, role: str
) -> None:
    assert getattr(decide(), role).value == column
    decisions = decide(exclude=(column,))
    assert getattr(decisions, role).value == ""
    assert [each.name for each in decisions.columns_used_as("excluded")] == [column]
    assert f"{column} is excluded, so it is not the {role}: " in " ".join(decisions.notes)


def test_an_entity_that_is_a_feature_by_request_is_noted(
    decide: Callable[..., DataDecisions],
) -> None:
    decisions = decide(time="none", types={"customer_id": "category"})
    assert decisions.entity.value == ""
    note = "customer_id is a feature, so it is not the entity: rows with the same value may be in"
    assert note in " ".join(decisions.notes)


def test_two_types_of_one_column_are_refused() -> None:
    with pytest.raises(RefusedError, match="--type names x twice: keep one type"):
        parse_pairs("--type", "type", ["x=number", "x=text"])
    assert parse_pairs("--type", "type", ["x=text", "x=text"]) == {"x": "text"}


@pytest.mark.parametrize(
    "words",
    [
        "--time day",
        "--exclude x",
        "--copy",
        "--label-delay 3",
        "--type x=number",
        "--date-format x=%d",
    ],
)
def test_an_option_about_data_needs_data(tmp_path: Path, words: str) -> None:
    result = run_cli("new", "churn", "--defaults", *words.split(), cwd=tmp_path)
    assert (result.status, result.err) == (2, f"{words.split()[0]} needs --data FILE.\n")
    assert list(tmp_path.iterdir()) == []
