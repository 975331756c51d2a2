"""Durations are seconds, however they are written and whatever kind of file holds them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.data_files import ROWS, declare, list_files

LoadRows = Callable[[dict[str, Any]], pd.DataFrame]
SECONDS = pd.Series(np.arange(ROWS) * 60 + 3600)
CLOCK = SECONDS.map(lambda each: f"{each // 3600:02}:{each // 60 % 60:02}:00")
DURATIONS: dict[str, tuple[Any, float]] = {  # -> cells, the seconds of the first one
    "a clock": (CLOCK, 3600),
    "a negative one": ("-" + CLOCK, -3600),
    "many hours": (SECONDS.map(lambda each: f"{each}:30:00"), 3600 * 3600 + 1800),
    "days": ("2 days " + CLOCK, 176_400),
    "days and a comma": ("1 day, " + CLOCK, 90_000),
    "a negative day": ("-1 days +" + CLOCK, -82_800),
    "days alone": (SECONDS.map(lambda each: f"{each} days"), 3600 * 86_400),
    "minutes": (SECONDS.map(lambda each: f"{each // 60} min"), 3600),
    "hours and minutes": (SECONDS.map(lambda each: f"{each // 3600}h {each // 60 % 60}m"), 3600),
    "ISO 8601": (SECONDS.map(lambda each: f"PT{each // 3600}H{each // 60 % 60}M"), 3600),
    "pandas": (pd.to_timedelta(SECONDS, unit="s"), 3600),
    "pandas in nanoseconds": (pd.to_timedelta(SECONDS, unit="s").astype("timedelta64[ns]"), 3600),
}


@pytest.mark.parametrize("name", DURATIONS)
def test_a_duration_is_read_as_seconds(tmp_path: Path, load_rows: LoadRows, name: str) -> None:
    cells, first = DURATIONS[name]
    for file in list_files(tmp_path, "elapsed", cells):
        decisions, declared = declare(file, include=("elapsed",))
        column, read = decisions.profile.column("elapsed"), load_rows(declared)["elapsed"]
        assert read.iloc[0] == pytest.approx(first)
        assert (column.min, column.max) == pytest.approx((read.min(), read.max()))
        assert declared["features"]["elapsed"]["type"] == "number"


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize(("keeps_schema", "seconds"), [(True, 3600), (False, None)])
def test_a_duration_of_another_program_than_pandas_is_read_as_a_project_does(
    tmp_path: Path, load_rows: LoadRows, unit: str, keeps_schema: bool, seconds: float | None
) -> None:
    """Without the schema of Arrow nobody knows the unit, and both read the numbers."""
    file = tmp_path / "rows.parquet"
    elapsed = pa.array(list(SECONDS), pa.duration("s")).cast(pa.duration(unit))
    numbers = np.random.default_rng(0).normal(size=(2, ROWS))
    table = pa.table({"elapsed": elapsed, "x": numbers[0], "y": numbers[1]})
    pq.write_table(table, file, store_schema=keeps_schema)
    decisions, declared = declare(file, include=("elapsed",))
    column, read = decisions.profile.column("elapsed"), load_rows(declared)["elapsed"]
    assert (column.min, column.max) == pytest.approx((read.min(), read.max()))
    assert seconds in (None, pytest.approx(read.min()))


@pytest.mark.parametrize("cells", [["12D", "3D", "4D"], ["20:66", "18:99"], ["5 m", "7 m"]])
def test_codes_and_ratios_are_no_durations(tmp_path: Path, cells: list[str]) -> None:
    file = next(list_files(tmp_path, "seat", (cells * ROWS)[:ROWS]))
    assert declare(file)[0].profile.column("seat").kind == "text"
