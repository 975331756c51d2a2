"""The profiler proposes a baseline that an expert would have to beat."""

import re
from collections.abc import Callable
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


def series(step: str, rows: int, value: Callable[[Any], Any]) -> pd.DataFrame:
    days = pd.Series(pd.date_range("2018-01-01", periods=rows, freq=step))
    return pd.DataFrame({"day": days, "x": NOISE[:rows], "y": value(days) + 0.1 * NOISE[:rows]})


def panel(value: Callable[[pd.DataFrame], Any], pairs: bool = False) -> pd.DataFrame:
    """Years of counties, of which each state has some with the same names."""
    names = [(state, f"county {number}") for state in "AB" for number in range(12)]
    rows = pd.DataFrame(
        [(*name, year) for name in names for year in range(2000, 2020)],
        columns=["state", "county", "year"],
    )
    if not pairs:
        rows = rows.assign(county=rows["state"] + rows["county"]).drop(columns="state")
    return rows.assign(x=NOISE[: len(rows)], y=value(rows) + 0.1 * NOISE[: len(rows)])


def level(rows: pd.DataFrame) -> pd.Series:
    names = rows.filter(["state", "county"]).sum(axis=1)
    return pd.Series(pd.factorize(names)[0] * 7.0 % 31)


WEEKDAY = (0, 4, 1, 7, 2, 9, 5)
SERIES: dict[str, tuple[Callable[[], pd.DataFrame], dict[str, Any]]] = {
    "days with a week": (
        lambda: series("D", 300, lambda day: day.dt.weekday.map(dict(enumerate(WEEKDAY)))),
        {"kind": "season", "season": "week"},
    ),
    "days with a year": (
        lambda: series("3D", 800, lambda day: 9 * np.sin(2 * np.pi * day.dt.dayofyear / 365.25)),
        {"kind": "season", "season": "year"},
    ),
    "weeks with a year": (
        lambda: series("W", 400, lambda day: day.dt.isocalendar().week.astype(float) * 7 % 31),
        {"kind": "season", "season": "52_weeks"},
    ),
    "months with a year": (
        lambda: series("MS", 90, lambda day: day.dt.month * 7.0 % 12),
        {"kind": "season", "season": "year"},
    ),
    "hours of a day": (
        lambda: series("h", 800, lambda day: day.dt.hour * 7.0 % 24 + day.index / 99),
        {"kind": "season", "season": "day"},
    ),
    "a trend": (
        lambda: series("D", 300, lambda day: np.arange(len(day))),
        {"kind": "last"},
    ),
    "noise": (
        lambda: series("D", 300, lambda _: NOISE[300:600]),
        {"kind": "constant"},
    ),
    "a panel with a trend": (
        lambda: panel(lambda rows: level(rows) + rows["year"] - 2000.0),
        {"kind": "last", "columns": ["county"]},
    ),
    "a panel of pairs": (
        lambda: panel(lambda rows: 9 * level(rows) + 2 * (rows["year"] - 2000.0), pairs=True),
        {"kind": "last", "columns": ["county", "state"]},
    ),
}


@pytest.mark.parametrize("name", SERIES)
def test_the_proposed_baseline_has_the_smallest_error_on_later_rows(
    tmp_path: Path, name: str
) -> None:
    make, baseline = SERIES[name]
    assert propose(tmp_path, dict(make())) == baseline


def test_the_reason_of_a_baseline_is_its_measured_error(tmp_path: Path) -> None:
    rows = panel(lambda rows: level(rows) + rows["year"] - 2000.0)
    rows.to_csv(tmp_path / "rows.csv", index=False)
    text = format_declaration(prepare(DataRequest(tmp_path / "rows.csv", "y")), "rows.csv")
    (line,) = (line for line in text.splitlines() if line.startswith("baseline:"))
    assert re.search(
        r"the last value of each county: mae 1\.\d+ in the newest 3 years; a constant: \d", line
    )


def test_few_rows_get_a_constant(tmp_path: Path) -> None:
    rows = {"day": pd.date_range("2024-01-01", periods=40), "y": NOISE[:40], "x": NOISE[40:80]}
    assert propose(tmp_path, rows)["kind"] == "constant"
