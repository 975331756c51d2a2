"""The screen says why rows have no time, and which columns look like one but are not read."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlops_init.data.decision import DataDecisions
from mlops_init.data.prepare import prepare
from mlops_init.data.request import DataRequest
from mlops_init.errors import RefusedError

ROWS = 240
COUNT = np.arange(ROWS)
DAYS = pd.Series(pd.date_range("2023-01-01", periods=ROWS, freq="D"))
RANDOM = np.random.default_rng(0)


def decide(folder: Path, columns: dict[str, Any], **options: Any) -> DataDecisions:
    numbers = {name: RANDOM.normal(size=ROWS) for name in ("x", "y")}
    pd.DataFrame({**columns, **numbers}).to_csv(folder / "rows.csv", index=False)
    return prepare(DataRequest(folder / "rows.csv", target="y", **options)).decisions


# name of the column -> (cells, what the note says that it holds)
UNREAD: list[tuple[str, Any, str]] = [
    ("when", [f"FY{2000 + n % 24}" for n in COUNT], "a fiscal year"),
    ("season", [f"{1990 + n % 24}/{(91 + n % 24) % 100:02}" for n in COUNT], "a fiscal year"),
    ("season", [f"{2000 + n % 11}-{1 + n % 11:02}" for n in COUNT], "a fiscal year"),
    ("age", [f"P{n % 40 + 1}Y{n % 12}M" for n in COUNT], "a duration in months or years"),
    ("when", DAYS.dt.strftime("%G-W%V-%u"), "a day of a week"),
    ("when", DAYS.dt.strftime("%Y-%j"), "a day of a year"),
    ("stay", DAYS.dt.strftime("%Y-%m-%d/%Y-%m-%d"), "the time between two dates"),
    ("when", DAYS.dt.strftime("%Y-%m-%d %H:%M CET"), "a time in a zone with a name"),
    ("when", DAYS.dt.strftime("%Y-%d-%m"), "a date with the day before the month"),
    ("start", DAYS.dt.strftime("%I:%M %p"), "a time of the day with AM or PM"),
    ("date", [f"{n % 28 + 1}. Januar 20{n % 20:02}" for n in COUNT], "a date with the name"),
    ("month", DAYS.dt.strftime("%m/%y"), "a year of two digits"),
    ("t", DAYS.astype("int64") // 10**3, "the time since 1970 (epoch_"),
    ("timestamp", COUNT * 3600, "a number that is no date"),
    ("time", COUNT % 150 * 10, "a number that is no date"),
    ("year", 2100 + COUNT % 30, "a number that is no date"),
    ("year", 63 + COUNT % 28, "a year of two digits"),
]


@pytest.mark.parametrize(("name", "cells", "what"), UNREAD, ids=[each[2] for each in UNREAD])
def test_what_looks_like_a_time_and_is_not_read_is_noted(
    tmp_path: Path, name: str, cells: Any, what: str
) -> None:
    decisions = decide(tmp_path, {name: cells})
    assert not decisions.time.value
    notes = [each for each in decisions.notes if each.startswith(f"{name} looks like a time")]
    assert len(notes) == 1
    assert f"holds {what}" in notes[0] and "which is not read, and is" in notes[0]
    assert ("write years of four digits" in notes[0]) == (name == "year" and "two" in what)


def test_a_quantity_is_noted_only_where_rows_have_no_time(tmp_path: Path) -> None:
    decisions = decide(tmp_path, {"day": DAYS.astype(str), "time": COUNT % 150 * 10})
    assert decisions.time.value == "day"
    assert not any("time looks like" in each for each in decisions.notes)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (DAYS.astype(str).where(COUNT % 48 != 3), "when is empty in 5 rows"),
        (DAYS.astype(str).where(COUNT < 5, "2023-01-01"), "when has 5 dates, too few"),
    ],
)
def test_the_reason_why_dates_are_no_time_is_on_the_screen(
    tmp_path: Path, cells: pd.Series, reason: str
) -> None:
    decisions = decide(tmp_path, {"when": cells})
    assert decisions.time.reason.startswith(reason)
    notes = [
        each for each in decisions.notes if each.startswith(f"Rows have no time, because {reason}")
    ]
    assert len(notes) == 1
    assert ("Fill these cells or delete the rows" in notes[0]) == ("empty" in reason)
    assert not any("have no time" in each for each in decide(tmp_path, {"x2": COUNT}).notes)
    chosen = decide(tmp_path, {"when": cells}, time="none")
    assert not any("have no time" in each for each in chosen.notes)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"day": DAYS.dt.day.where(COUNT != 50, 35)}, "day is no part of the time, because it is "),
        ({"day": DAYS.dt.day.where(COUNT % 48 != 3)}, "or no day in 5 rows"),
        ({"day": DAYS.dt.dayofweek + 1}, "because it is at most 7, as the day of a week is"),
        ({"month": DAYS.dt.strftime("%B")}, "month is no part of the time, because it is empty"),
        ({"year": DAYS.dt.strftime("%y")}, "year is no part of the time, because it is empty"),
    ],
)
def test_a_part_that_does_not_fit_into_the_time_is_noted(
    tmp_path: Path, changed: dict[str, pd.Series], reason: str
) -> None:
    parts = {"year": DAYS.dt.year, "month": DAYS.dt.month, "day": DAYS.dt.day}
    assert not any("no part" in each for each in decide(tmp_path, parts).notes)
    notes = decide(tmp_path, {**parts, **changed}).notes
    assert [reason in each for each in notes if "no part" in each] == [True]


@pytest.mark.parametrize("unknown", ["1900-01-01", "1970-01-01", "1899-12-30"])
def test_a_date_that_programs_write_for_an_unknown_one_is_refused_as_the_time(
    tmp_path: Path, unknown: str
) -> None:
    cells = {"when": DAYS.astype(str).where(COUNT % 48 != 3, unknown)}
    with pytest.raises(RefusedError, match=f"when is {unknown} in 5 rows, .* remove these rows"):
        decide(tmp_path, cells)
    assert decide(tmp_path, cells, time="when").time.value == "when"
    assert not decide(tmp_path, cells, time="none").time.value


def test_dates_of_another_century_are_noted(tmp_path: Path) -> None:
    born = [f"{n % 28 + 1:02}.{n % 12 + 1:02}.{40 + n % 50}" for n in COUNT]
    decisions = decide(tmp_path, {"born": born, "day": DAYS.astype(str)})
    (note,) = [each for each in decisions.notes if each.startswith("born has dates until 2068-")]
    assert "write years of four digits" in note
