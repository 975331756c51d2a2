"""A time that a file has in several columns is read as one."""

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
TIMES = pd.date_range("2023-01-01", periods=9_000, freq="h").to_series()


def rows_with(times: pd.Series = TIMES, **columns: str) -> pd.DataFrame:
    """Rows with a column for each part: `rows_with(year="%Y")`."""
    parts = {name: times.dt.strftime(code) for name, code in columns.items()}
    numbers = {name: RANDOM.normal(size=len(times)) for name in ("x", "y")}
    return pd.DataFrame(parts | numbers)


def decide(folder: Path, rows: pd.DataFrame, **options: Any) -> DataDecisions:
    rows.to_csv(folder / "rows.csv", index=False)
    return prepare(DataRequest(folder / "rows.csv", target="y", **options)).decisions


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"year": "%Y", "month": "%m", "day": "%d", "hour": "%H"}, "time"),
        ({"Year": "%Y", "MONTH": "%m", "Day": "%d"}, "date"),
        ({"yr": "%Y", "mnth": "%m", "mday": "%d", "hr": "%H", "minute": "%M"}, "time"),
        ({"month": "%m", "year": "%Y"}, "date"),
    ],
)
def test_the_parts_are_joined_and_are_no_features(
    tmp_path: Path, columns: dict[str, str], name: str
) -> None:
    decisions = decide(tmp_path, rows_with(**columns))
    assert decisions.time.value == name
    assert {*decisions.profile.column(name).time_parts} == {*columns}
    assert {each.name for each in decisions.columns_used_as("excluded")} == {*columns}
    assert [each.name for each in decisions.columns_used_as("feature")] == ["x"]


@pytest.mark.parametrize("name", ["quarter", "QTR"])
@pytest.mark.parametrize("first", [0.0, 1.0])
def test_a_quarter_is_a_part_of_the_time(tmp_path: Path, name: str, first: float) -> None:
    times = pd.date_range("1960-01-01", periods=240, freq="QS").to_series(index=range(240))
    rows = rows_with(times).assign(year=times.dt.year, x=RANDOM.normal(size=240), y=range(240))
    rows[name] = times.dt.quarter - 1 + first
    decisions = decide(tmp_path, rows)
    assert decisions.time.value == ("date" if first else "year")
    if first:
        assert decisions.profile.column("date").time_parts == ("year", name)
        assert decisions.profile.column("date").days == 240


def test_the_declaration_names_the_parts_in_their_order(tmp_path: Path) -> None:
    rows_with(hour="%H", day="%d", month="%m", year="%Y").to_csv(tmp_path / "rows.csv", index=False)
    text = format_declaration(prepare(DataRequest(tmp_path / "rows.csv", target="y")), "rows.csv")
    assert 'parts: ["year", "month", "day", "hour"]' in text
    assert "# joined from year, month, day, hour; by month" in text


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({"hour": TIMES.dt.hour + 1}, "hour"),  # 1 to 24
        ({"day": TIMES.dt.dayofweek + 1}, "day"),
        ({"hour": TIMES.dt.hour.where(TIMES.dt.hour > 0)}, "hour"),  # missing
    ],
)
def test_what_may_be_something_else_stays_a_feature(
    tmp_path: Path, changed: dict[str, pd.Series], kept: str
) -> None:
    rows = rows_with(year="%Y", month="%m", day="%d", hour="%H").assign(**changed)
    decisions = decide(tmp_path, rows)
    assert decisions.time.value == "date"
    assert kept in {each.name for each in decisions.columns_used_as("feature")}


@pytest.mark.parametrize(
    "rows",
    [
        rows_with(year="%Y", month="%m", day="%d", when="%Y-%m-%d"),  # a column has the date
        rows_with(month="%m", day="%d", hour="%H"),  # no year
        rows_with(TIMES.head(200), year="%Y", month="%m", day="%d"),  # too few days
        rows_with(year="%y", month="%m", day="%d"),  # 23 may be a year of another century
        rows_with(year="%Y", month="%m", day="%d").assign(month=13),
    ],
)
def test_nothing_is_joined_where_the_parts_are_no_time_of_the_rows(
    tmp_path: Path, rows: pd.DataFrame
) -> None:
    decisions = decide(tmp_path, rows)
    assert decisions.time.value == ("when" if "when" in rows else "")
    assert [each.name for each in decisions.columns if each.column.time_parts] == []


def test_a_table_that_has_such_a_column_keeps_it(tmp_path: Path) -> None:
    rows = rows_with(year="%Y", month="%m", day="%d").assign(Date="monday")
    assert decide(tmp_path, rows).time.value == "row_date"


def test_the_user_can_leave_the_parts_as_they_are(tmp_path: Path) -> None:
    decisions = decide(tmp_path, rows_with(year="%Y", month="%m", day="%d"), time="none")
    assert not decisions.time.value
    assert {"month", "day"} < {each.name for each in decisions.columns_used_as("feature")}


def test_a_part_can_be_predicted(tmp_path: Path) -> None:
    rows = rows_with(year="%Y", month="%m", day="%d", y2="%H").drop(columns="y")
    decisions = decide(tmp_path, rows.rename(columns={"month": "y"}))
    assert not decisions.profile.time_parts
