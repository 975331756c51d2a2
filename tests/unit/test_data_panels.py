"""Panels, samples that are drawn each year, and files of nothing but a time and a target."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlops_init.data.decision import DataDecisions
from mlops_init.data.prepare import prepare
from mlops_init.data.request import DataRequest
from mlops_init.data.write.declaration import format_declaration

RANDOM = np.random.default_rng(0)


def decide(folder: Path, rows: pd.DataFrame, **options: Any) -> DataDecisions:
    rows.to_csv(folder / "rows.csv", index=False)
    return prepare(DataRequest(folder / "rows.csv", target="y", **options)).decisions


def panel(names: list[int], years: int, column: str = "firm") -> pd.DataFrame:
    pairs = [(name, year) for name in names for year in range(2000, 2000 + years)]
    rows = pd.DataFrame(pairs, columns=[column, "year"])
    return rows.assign(x=RANDOM.normal(size=len(rows)), y=RANDOM.normal(size=len(rows)))


@pytest.mark.parametrize("years", [5, 7, 20])
def test_whole_numbers_with_a_row_in_each_year_are_the_entity_of_a_panel(
    tmp_path: Path, years: int
) -> None:
    numbers = [int(each) for each in RANDOM.choice(10_000, 60, replace=False)]
    decisions = decide(tmp_path, panel(numbers, years))
    assert (decisions.time.value, decisions.entity.value, decisions.unit) == (
        "year",
        "firm",
        "entity",
    )


@pytest.mark.parametrize(
    ("name", "form"), [("hr", "{}"), ("hr", "hour {}"), ("Time", "{:02}.00.00"), ("at", "{}:30 AM")]
)
def test_the_hours_of_a_day_are_no_entity(tmp_path: Path, name: str, form: str) -> None:
    days = pd.date_range("2024-01-01", periods=60)
    hours = [form.format(hour) for hour in range(24)]
    rows = pd.DataFrame([(day, hour) for day in days for hour in hours], columns=["day", name])
    rows = rows.assign(x=RANDOM.normal(size=len(rows)), y=RANDOM.normal(size=len(rows)))
    decisions = decide(tmp_path, rows)
    assert (decisions.time.value, decisions.entity.value, decisions.unit) == ("day", "", "day")


@pytest.mark.parametrize(
    ("names", "counter", "entity"),
    [
        ([4601 + 7 * i for i in range(58)], range(1, 13), "who"),
        ([f"pig {i}" for i in range(58)], range(12), "who"),
        ([4601 + 7 * i for i in range(58)], [1, 2, 4, 8], ""),  # doses
        ([f"plot {i}" for i in range(12)], range(1, 13), ""),  # few: the levels of a factor
    ],
)
def test_rows_that_are_numbered_within_each_value_are_repeated_measurements(
    tmp_path: Path, names: list[Any], counter: Any, entity: str
) -> None:
    pairs = [(name, number) for name in names for number in counter]
    rows = pd.DataFrame(pairs, columns=["who", "which"])
    rows = rows.assign(x=RANDOM.normal(size=len(rows)), y=RANDOM.normal(size=len(rows)))
    decisions = decide(tmp_path, rows)
    assert (decisions.time.value, decisions.entity.value) == ("", entity)
    features = {each.name for each in decisions.columns_used_as("feature")}
    assert features == {"who", "which", "x"} - {entity}


def test_a_sample_of_each_year_is_divided_by_year(tmp_path: Path) -> None:
    rows = pd.DataFrame({"year": RANDOM.integers(2003, 2010, 900), "x": RANDOM.normal(size=900)})
    decisions = decide(tmp_path, rows.assign(y=RANDOM.normal(size=900)))
    assert (decisions.time.value, decisions.period.value, decisions.unit) == ("year", "year", "row")


def test_a_time_alone_predicts_by_its_parts(tmp_path: Path) -> None:
    hours = pd.date_range("2024-01-01", periods=900, freq="h")
    rows = pd.DataFrame({"time": hours, "y": RANDOM.normal(size=900)})
    rows.to_csv(tmp_path / "rows.csv", index=False)
    prepared = prepare(DataRequest(tmp_path / "rows.csv", target="y"))
    assert prepared.decisions.calendar == ("weekday", "hour")
    assert "\nfeatures: {} " in format_declaration(prepared, "rows.csv")


def test_sentences_that_come_again_are_text(tmp_path: Path) -> None:
    words = ["the", "late", "train", "was", "cold", "again", "today", "and", "full", "of", "rain"]
    texts = [" ".join(RANDOM.choice(words, 6)) for _ in range(400)]
    rows = pd.DataFrame({"note": texts * 3, "y": RANDOM.normal(size=1200)})
    (note,) = decide(tmp_path, rows).columns_used_as("feature")
    assert note.type == "text"
