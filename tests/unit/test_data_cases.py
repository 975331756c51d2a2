"""Small files, each of the shape of a real one that other tools misread, are read as they mean."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from mlops_init.data.prepare import prepare
from mlops_init.data.prepared import PreparedData
from mlops_init.data.request import DataRequest
from mlops_init.data.write.declaration import format_declaration
from mlops_init.errors import RefusedError

CASES = Path(__file__).parents[1] / "support/cases"
Spec = dict[str, Any]
# file -> (target, what conf/data.yml declares, rows)
EXPECTED: dict[str, tuple[str, Spec, int]] = {
    "comments-total-row.csv": (
        "revenue",
        {"csv": {"skip": 2, "totals": ["Total"]}, "task": "regression"},
        36,
    ),
    "cp1252-euro.csv": (
        "verkauft",
        {
            "csv": {"delimiter": ";", "encoding": "cp1252", "decimal": ","},
            "classes": ["ja", "nein"],
        },
        80,
    ),
    "crlf-last-line-lf.csv": ("level", {}, 100),
    "daily-weekday.csv": ("riders", {}, 900),
    "entity-many-rows.csv": ("spend", {"entity": "customer_id"}, 900),
    "follow-up-leak.csv": ("event", {"classes": ["0", "1"]}, 400),
    "index-column.csv": ("left", {"classes": ["no", "yes"]}, 200),
    "labels-two-ways": ("y", {"classes": ["0", "1"], "task": "binary"}, 240),
    "monthly-slashes.csv": ("x", {}, 84),
    "na-is-a-country.csv": ("returned", {"classes": ["No", "Yes"]}, 160),
    "no-header-thousands.csv": ("column_4", {"csv": {"header": False, "thousands": ","}}, 120),
    "panel-integer-years.csv": ("expectancy", {"entity": "region"}, 360),
    "thousands-semicolon.csv": ("y", {"csv": {"delimiter": ";", "thousands": ","}}, 100),
}


def declare(name: str, target: str, **options: Any) -> tuple[PreparedData, Spec]:
    prepared = prepare(DataRequest(CASES / name, target=target, **options))
    return prepared, yaml.safe_load(format_declaration(prepared, str(CASES / name)))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_is_declared_as_it_means_and_read_as_it_is_declared(
    load_rows: Callable[[Spec], pd.DataFrame], name: str
) -> None:
    target, expected, count = EXPECTED[name]
    prepared, declared = declare(name, target)
    assert {key: declared.get(key) for key in expected} == expected
    rows = load_rows(declared)
    assert len(rows) == count == prepared.decisions.profile.rows
    for column in prepared.decisions.profile.columns:
        if column.name in rows:
            assert rows[column.name].notna().sum() == column.filled, column.name
        if column.name in rows and column.kind == "number" and rows[column.name].dtype == "float64":
            assert rows[column.name].max() == column.max
            assert rows[column.name].min() == column.min


@pytest.mark.parametrize(
    ("name", "target", "expected"),
    [
        ("comments-total-row.csv", "revenue", ("%Y-%m", "month", ["year", "month"])),
        ("daily-weekday.csv", "riders", (None, "month", ["day_of_year", "weekday"])),
        ("monthly-slashes.csv", "x", ("%m/%d/%Y", "quarter", ["year", "month"])),
        ("panel-integer-years.csv", "expectancy", ("%Y", "year", ["year"])),
    ],
)
def test_the_time_has_a_format_a_period_and_calendar_parts(
    name: str, target: str, expected: tuple[str | None, str, list[str]]
) -> None:
    _, declared = declare(name, target)
    time = declared["time"]
    assert (time.get("format"), time["period"], time["calendar"]) == expected


def test_the_even_step_decides_between_day_first_and_month_first_and_a_note_says_so() -> None:
    prepared, _ = declare("monthly-slashes.csv", "x")
    note = "date is read as %m/%d/%Y and not %d/%m/%Y, because only then the step"
    assert any(each.startswith(note) for each in prepared.decisions.notes)
    _, declared = declare("monthly-slashes.csv", "x", date_formats={"date": "%d/%m/%Y"})
    assert declared["time"]["format"] == "%d/%m/%Y"


def test_what_is_known_afterwards_and_what_numbers_the_rows_are_no_features() -> None:
    _, declared = declare("follow-up-leak.csv", "event")
    assert {*declared["features"]} == {"age", "treat"}
    assert "known only afterwards" in declared["excluded"]["days"]
    assert declared["key"] == "pidnum"
    _, declared = declare("index-column.csv", "left")
    assert declared["excluded"] == {"Unnamed: 0": "the row numbers that pandas writes"}


def test_na_is_a_value_among_codes_and_missing_where_the_user_says_so() -> None:
    prepared, declared = declare("na-is-a-country.csv", "returned")
    assert "NA" not in declared["missing"]
    assert any(note.startswith("NA in country is a value") for note in prepared.decisions.notes)
    _, declared = declare("na-is-a-country.csv", "returned", missing=("NA",))
    assert declared["features"]["country"]["nullable"]


def test_durations_are_seconds_and_infinite_numbers_are_one_sentence(
    load_rows: Callable[[Spec], pd.DataFrame],
) -> None:
    with pytest.raises(RefusedError, match="power holds infinite numbers"):
        declare("durations-inf.csv", "power")
    _, declared = declare("durations-inf.csv", "power", missing=("inf",))
    assert declared["features"]["elapsed"]["format"] == "duration"
    rows = load_rows(declared)
    assert rows["elapsed"].tolist() == list(range(150))
