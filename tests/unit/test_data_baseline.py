"""The profiler proposes a baseline that an expert would have to beat."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from mlops_init.data.prepare import prepare
from mlops_init.data.request import DataRequest
from mlops_init.data.write.declaration import format_declaration

ROWS = 800
RANDOM = np.random.default_rng(0)
ROUTE = RANDOM.choice(["a", "b", "c"], ROWS)
CARRIER = RANDOM.choice(["u", "v"], ROWS)
NOISE = RANDOM.normal(0, 1, ROWS)
NUMBER = pd.Series(ROUTE).map({"a": 0.0, "b": 9.0, "c": 30.0}) + 5 * NOISE
CLASS = np.where(NUMBER > 5, np.where(NUMBER > 20, "high", "middle"), "low")


def propose(folder: Path, columns: dict[str, Any]) -> dict[str, Any]:
    file = folder / "rows.csv"
    pd.DataFrame(columns).to_csv(file, index=False)
    text = format_declaration(prepare(DataRequest(file, "y")), "rows.csv")
    return dict(yaml.safe_load(text)["baseline"])


@pytest.mark.parametrize("target", [NUMBER, CLASS])
def test_a_category_that_explains_the_target_forms_the_groups(tmp_path: Path, target: Any) -> None:
    rows = {"x": NOISE, "route": ROUTE, "carrier": CARRIER, "y": target}
    assert propose(tmp_path, rows) == {"kind": "group", "columns": ["route"]}


def test_a_second_category_is_added_if_it_explains_more(tmp_path: Path) -> None:
    both = NUMBER + np.where(CARRIER == "u", 0, 15)
    rows = {"x": NOISE, "route": ROUTE, "carrier": CARRIER, "y": both}
    assert propose(tmp_path, rows)["columns"] == ["route", "carrier"]


def test_without_a_category_that_explains_the_target_it_is_a_constant(tmp_path: Path) -> None:
    rows = {"x": NOISE, "carrier": CARRIER, "y": NOISE * 3 + RANDOM.normal(0, 9, ROWS)}
    assert propose(tmp_path, rows) == {"kind": "constant"}


@pytest.mark.parametrize(
    ("days", "baseline"),
    [(800, {"kind": "season", "season": "year"}), (300, {"kind": "season", "season": "week"})],
)
def test_a_series_is_compared_with_its_season(
    tmp_path: Path, days: int, baseline: dict[str, str]
) -> None:
    rows = {"day": pd.date_range("2021-01-01", periods=days), "x": NOISE[:days], "y": NUMBER[:days]}
    assert propose(tmp_path, rows) == baseline
