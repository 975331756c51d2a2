"""The times in a file are read alike from each kind of file, by the generator and by a project."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlops_init.errors import RefusedError

from tests.support.data_files import ROWS, declare, list_files

RANDOM = np.random.default_rng(0)
DAYS = pd.Series(pd.date_range("2011-01-05", periods=ROWS, freq="D"))
DAY_SPAN, QUARTERS = ("2011-01-05", "2011-09-01"), ("1964-01-01", "2023-10-01")
MONTHS = pd.Series(pd.date_range("2004-01-01", periods=ROWS, freq="MS"))
HOURS = pd.Series(pd.date_range("2023-01-01 01:00", periods=ROWS, freq="6h"))
LoadRows = Callable[[dict[str, Any]], pd.DataFrame]


def seconds(start: str, unit: int = 1) -> pd.Series:
    times = pd.Series(pd.date_range(start, periods=ROWS, freq="6h"))
    return (times - pd.Timestamp(0)) // pd.Timedelta(seconds=1) * unit


# name -> cells, the declared format, the first and the last time
HOUR_SPAN, MONTH_SPAN = ("2023-01-01 01:00", "2023-03-01 19:00"), ("2004-01-01", "2023-12-01")
TIMES: dict[str, tuple[Any, str | None, tuple[str, str]]] = {
    "UTC": (HOURS.dt.tz_localize("UTC"), None, HOUR_SPAN),
    "a zone": (
        HOURS.dt.tz_localize("Europe/Berlin"),
        None,
        ("2023-01-01 00:00", "2023-03-01 18:00"),
    ),
    "several zones": (
        [f"{time}{('+02:00', '-0500')[n % 2]}" for n, time in enumerate(HOURS)],
        None,
        ("2022-12-31 23:00", "2023-03-02 00:00"),
    ),
    "hours of a zone": (
        HOURS.astype(str) + "+02",
        None,
        ("2022-12-31 23:00", "2023-03-01 17:00"),
    ),
    "a zone after a blank": (
        HOURS.dt.strftime("%d.%m.%Y %H:%M") + " +0200",
        "%d.%m.%Y %H:%M %z",
        ("2022-12-31 23:00", "2023-03-01 17:00"),
    ),
    "UTC in letters": (HOURS.astype(str) + " UTC", "%Y-%m-%d %H:%M:%S UTC", HOUR_SPAN),
    "small letters": (HOURS.dt.strftime("%Y-%m-%dt%H:%Mz"), None, HOUR_SPAN),
    "AM and PM": (HOURS.dt.strftime("%m/%d/%y %I:%M%p"), "%m/%d/%y %I:%M%p", HOUR_SPAN),
    "a web log": (HOURS.dt.strftime("%d/%b/%Y:%H:%M:%S"), "%d/%b/%Y:%H:%M:%S", HOUR_SPAN),
    "14 digits": (HOURS.dt.strftime("%Y%m%d%H%M%S").astype(int), "%Y%m%d%H%M%S", HOUR_SPAN),
    "a month of digits": (MONTHS.dt.strftime("%Y%m").astype(int), "%Y%m", MONTH_SPAN),
    "a month and a letter": (MONTHS.dt.strftime("%YM%m"), "%YM%m", MONTH_SPAN),
    "a year and the name of a month": (MONTHS.dt.strftime("%Y %B"), "%Y %B", MONTH_SPAN),
    "a quarter": ([f"Q{q % 4 + 1} {1964 + q // 4}" for q in range(ROWS)], "quarter", QUARTERS),
    "a year last": (DAYS.dt.strftime("%d.%m.%y"), "%d.%m.%y", DAY_SPAN),
    "a year first": (DAYS.dt.strftime("%y.%m.%d"), "%y.%m.%d", DAY_SPAN),
    "a year before slashes": (DAYS.dt.strftime("%y/%m/%d"), "%y/%m/%d", DAY_SPAN),
}
# name of the column -> cells, the declared format, the first time
NUMBERS: dict[str, tuple[Any, str, str]] = {
    "timestamp": (seconds("1975-01-01"), "epoch_s", "1975-01-01"),
    "created_at": (seconds("1999-01-01", 10**3), "epoch_ms", "1999-01-01"),
    "event_time": (seconds("2020-01-01", 10**6), "epoch_us", "2020-01-01"),
    "ts": (seconds("2020-01-01", 10**9), "epoch_ns", "2020-01-01"),
    "order_date": (44927 + np.arange(ROWS) / 4, "excel", "2023-01-01"),
    "week": (DAYS.dt.strftime("%G%V").astype(int), "week", "2011-01-03"),
    "year": (1960 + np.arange(ROWS) // 4, "%Y", "1960-01-01"),
}
COUNT = np.arange(ROWS)
# name of the column -> numbers that are no times
QUANTITIES: dict[str, Any] = {
    "time": 25_000 + COUNT * 7 % 4000,
    "response_time": RANDOM.integers(300_000_000, 900_000_000, ROWS),
    "date_diff": RANDOM.integers(20_000, 40_000, ROWS),
    "time_min": RANDOM.integers(1700, 2000, ROWS),
    "price_at_close": RANDOM.integers(20_000, 60_000, ROWS),
    "year_built": RANDOM.integers(1960, 2021, ROWS),
    "period": RANDOM.integers(1500, 2100, ROWS),
    "postal_code": RANDOM.integers(2000, 2010, ROWS) * 100 + RANDOM.integers(1, 13, ROWS),
}


@pytest.mark.parametrize("name", TIMES)
def test_a_time_is_the_same_from_each_kind_of_file(
    tmp_path: Path, load_rows: LoadRows, name: str
) -> None:
    cells, date_format, span = TIMES[name]
    declarations = []
    for file in list_files(tmp_path, "when", cells):
        decisions, declared = declare(file)
        assert decisions.time.value == "when", file.suffix
        assert declared["time"].get("format") == date_format
        column, times = decisions.profile.column("when"), load_rows(declared)["when"]
        for start, end in ((column.min, column.max), (times.min(), times.max())):
            assert (start, end) == (pd.Timestamp(span[0]), pd.Timestamp(span[1])), file.suffix
        declarations.append(declared | {"source": ""})
    assert declarations[0] == declarations[1] == declarations[2]


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_times_if_their_name_says_so(
    tmp_path: Path, load_rows: LoadRows, name: str
) -> None:
    cells, date_format, first = NUMBERS[name]
    for file in list_files(tmp_path, name, cells):
        _, declared = declare(file)
        assert (declared["time"]["column"], declared["time"]["format"]) == (name, date_format)
        assert load_rows(declared)[name].min() == pd.Timestamp(first)


@pytest.mark.parametrize("name", QUANTITIES)
def test_quantities_are_no_times_whatever_their_name(tmp_path: Path, name: str) -> None:
    for file in list_files(tmp_path, name, QUANTITIES[name]):
        decisions, _ = declare(file)
        assert (decisions.time.value, decisions.profile.column(name).kind) == ("", "number")


@pytest.mark.parametrize(
    ("date_format", "proposed", "others"),
    [
        ("%d.%m.%y", "%d.%m.%y", ["%y.%m.%d"]),
        ("%y/%m/%d", "%d/%m/%y", ["%m/%d/%y", "%y/%m/%d"]),
    ],
)
def test_an_order_that_can_be_another_is_asked_with_all_orders(
    tmp_path: Path, date_format: str, proposed: str, others: list[str]
) -> None:
    days = [(3, 1, 7), (7, 2, 1), (1, 5, 9), (12, 9, 4), (4, 8, 12), (9, 11, 2)] * 40
    cells = [pd.Timestamp(2000 + y, m, d).strftime(date_format) for y, m, d in days]
    file = next(list_files(tmp_path, "seen", cells))
    decisions, _ = declare(file)
    assert decisions.profile.column("seen").date_format in (proposed, *others)
    (note,) = [each for each in decisions.notes if "the file does not decide it" in each]
    assert all(each in note for each in (proposed, *others))
    for chosen in (proposed, *others):
        column = declare(file, date_formats={"seen": chosen})[0].profile.column("seen")
        assert column.date_format == chosen


def test_rows_in_the_order_of_time_decide_the_order_of_a_date(tmp_path: Path) -> None:
    steps = RANDOM.integers(1, 9, ROWS).cumsum()
    days = pd.Series(pd.Timestamp("2001-02-01") + pd.to_timedelta(steps, unit="D"))
    cells = days[(days.dt.day <= 12)].dt.strftime("%d/%m/%Y").tolist()
    rows = (cells * (ROWS // len(cells) + 1))[:ROWS]
    decisions, _ = declare(next(list_files(tmp_path, "seen", sorted(rows, key=cells.index))))
    assert decisions.profile.column("seen").date_format == "%d/%m/%Y"
    assert any("only then the rows are in the order of time" in each for each in decisions.notes)


def test_a_format_that_looks_like_iso_8601_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="is always read as ISO 8601"):
        declare(tmp_path / "rows.csv", date_formats={"when": "%Y-%d-%m"})


def test_json_text_is_no_date_of_an_order_that_is_not_asked(tmp_path: Path) -> None:
    cells = HOURS.dt.strftime("%d-%m-%Y")
    formats = [
        declare(file)[1]["time"].get("format") for file in list_files(tmp_path, "when", cells)
    ]
    assert formats == ["%d-%m-%Y"] * 3


OTHER_CELLS = {
    "2011-01-05": ["TBD", "31/02/2020", "2011-02-30", "0001-01-01", "01.02.2011", "2011-01-05/06"],
    "05.01.2011": ["n/a?", "31.02.2011", "2011", "5.1.", "05.01.2011 10:00"],
}


@pytest.mark.parametrize(
    ("written", "other"), [(date, cell) for date, cells in OTHER_CELLS.items() for cell in cells]
)
def test_a_cell_among_dates_that_is_none_is_refused_with_its_line(
    tmp_path: Path, written: str, other: str
) -> None:
    dates = DAYS.dt.strftime("%Y-%m-%d" if written.startswith("2011") else "%d.%m.%Y")
    dates[3] = dates[7] = other
    for file in list_files(tmp_path, "when", dates):
        line = {".csv": "line 5", ".jsonl": "line 4", ".parquet": "row 4"}[file.suffix]
        sentence = (
            f'when holds dates such as .*2011.*, but 2 rows .* "{re.escape(other)}" \\({line}\\)'
        )
        with pytest.raises(RefusedError, match=sentence):
            declare(file)
    assert declare(file, missing=(other,))[0].profile.column("when").filled == ROWS - 2
    assert declare(file, exclude=("when",))[0].time.value == ""


@pytest.mark.parametrize(
    "cells", [["1.0.0", "1.12.11", "1.2.20"], ["3-24", "12-24", "x"], ["2023-24", "2022-23", "-"]]
)
def test_other_texts_are_not_refused_as_dates(tmp_path: Path, cells: list[str]) -> None:
    file = next(list_files(tmp_path, "version", (cells * ROWS)[:ROWS]))
    assert declare(file)[0].profile.column("version").kind == "text"


@pytest.mark.parametrize("word", ["unknown", "-", "0000-00-00", "n.a."])
def test_a_word_for_a_missing_date_is_declared_and_noted(
    tmp_path: Path, load_rows: LoadRows, word: str
) -> None:
    dates = DAYS.dt.strftime("%d.%m.%Y")
    dates[3] = dates[7] = word
    for file in list_files(tmp_path, "when", dates):
        decisions, declared = declare(file)
        assert word in declared["missing"]
        assert load_rows(declared)["when"].notna().sum() == ROWS - 2
        note = f'"{word}" (2 rows) in when, a column of dates, means a missing value'
        assert any(each.startswith(note) for each in decisions.notes)


def test_times_without_a_zone_among_others_are_utc_with_a_note_or_refused(tmp_path: Path) -> None:
    zones = {"Z": "when has no zone in 120 rows: these times are read as UTC", "+02:00": ""}
    for zone, note in zones.items():
        cells = [f"{time}{('', zone)[n % 2]}" for n, time in enumerate(HOURS)]
        for file in list_files(tmp_path, "when", cells):
            if note:
                assert any(each.startswith(note) for each in declare(file)[0].notes)
                continue
            with pytest.raises(RefusedError, match="without a zone in 120 rows: write the zone"):
                declare(file)
