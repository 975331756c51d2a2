"""Dates, numbers, codes, identifiers and names are recognised by how they are written."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlops_init.data.prepare import prepare
from mlops_init.data.question import Question, accept_proposal
from mlops_init.data.read.source import find_source
from mlops_init.data.request import DataRequest
from mlops_init.errors import RefusedError

from tests.support.data_files import Write, profile_column, read_profile

ROWS = 240
DAYS = pd.Series(pd.date_range("2020-01-01", periods=ROWS, freq="D"))
RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize(
    "date_format",
    [
        *("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%y", "%m/%d/%y", "%Y%m%d", "%Y/%m/%d"),
        *("%d-%b-%Y", "%b %d, %Y", "%B %d, %Y", "%d %B %Y", "%m/%d/%Y %I:%M %p", "%b-%d-%Y"),
        *("%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M:%S"),
    ],
)
def test_a_date_format_is_recognised(write: Write, date_format: str) -> None:
    column = profile_column(write, DAYS.dt.strftime(date_format))
    assert (column.kind, column.date_format) == ("date", date_format)
    assert (column.min, column.max) == (DAYS.iloc[0], DAYS.iloc[-1])


@pytest.mark.parametrize(
    ("values", "name", "date_format", "first"),
    [
        (DAYS.dt.to_period("Q").astype(str), "when", "quarter", "2020-01-01"),
        (DAYS.dt.strftime("%G-W%V"), "when", "week", "2019-12-30"),
        (DAYS.dt.strftime("%Y-%m"), "when", "%Y-%m", "2020-01-01"),
        (DAYS.astype("int64") // 10**6, "created_at", "epoch_s", "2020-01-01"),
        (DAYS.astype("int64") // 10**3, "timestamp", "epoch_ms", "2020-01-01"),
        (43831 + np.arange(ROWS), "date", "excel", "2020-01-01"),
    ],
)
def test_a_date_of_another_writing_has_a_word(
    write: Write, values: Any, name: str, date_format: str, first: str
) -> None:
    if date_format.startswith("epoch"):
        seconds = (DAYS - pd.Timestamp(0)) // pd.Timedelta(seconds=1)
        values = seconds * (1000 if date_format == "epoch_ms" else 1)
    column = profile_column(write, values, name)
    assert (column.kind, column.date_format) == ("date", date_format)
    assert column.min == pd.Timestamp(first)


@pytest.mark.parametrize("values", [["10:30", "9:15"], ["1:02:03", "0:00:59"]])
def test_a_time_of_day_is_a_duration_and_no_date(write: Write, values: list[str]) -> None:
    column = profile_column(write, values * 60)
    assert (column.kind, column.number_format) == ("number", "duration")


@pytest.mark.parametrize(("name", "kind"), [("price", "number"), ("id", "number")])
def test_a_number_is_no_date_unless_its_name_says_so(write: Write, name: str, kind: str) -> None:
    assert profile_column(write, 43831 + np.arange(ROWS), name).kind == kind


def test_an_order_that_the_file_does_not_decide_is_asked_and_noted(write: Write) -> None:
    dates = [f"{d:02}/{m:02}/2020" for d, m in [(3, 1), (7, 2), (1, 5), (12, 9), (4, 8)] * 10]
    frame = pd.DataFrame({"seen": dates, "x": range(50), "y": [0, 1] * 25})
    file, questions = write(frame.to_csv(index=False)), []

    def ask(question: Question) -> str:
        questions.append(question)
        return "%m/%d/%Y" if "date-format" in question.flag else accept_proposal(question)

    answered = prepare(DataRequest(file, target="y"), ask=ask).decisions
    assert [each.flag for each in questions].count("--date-format seen") == 1
    assert answered.profile.column("seen").date_format == "%m/%d/%Y"
    unasked = prepare(DataRequest(file, target="y")).decisions
    assert any("the file does not decide it. It is read as" in note for note in unasked.notes)
    requested = DataRequest(file, target="y", date_formats={"seen": "%d/%m/%Y"})
    assert prepare(requested).decisions.profile.column("seen").date_format == "%d/%m/%Y"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1,5.5,a\n2,6.5,b\n3,7.5,c\n", ["column_1", "column_2", "column_3"]),
        ("x,1980,1981\na,5,6\nb,7,8\n", ["x", "1980", "1981"]),
        (",0,1\n0,5,6\n1,7,9\n", ["Unnamed: 0", "0", "1"]),
        (" x ,y \n1,2\n3,4\n", ["x", "y"]),
        ("Sales of May\n\nx,y\n1,2\n3,4\n5,6\n7,8\n9,1\n2,2\n3,3\n4,4\n", ["x", "y"]),
        ("#x,y\n1,2\n3,4\n", ["#x", "y"]),
        ("sep=;\nx;y\n1,5;2\n3,5;4\n", ["x", "y"]),
        ("name,kind\nbob,u\neve,v\n", ["name", "kind"]),
        ("bob,u\neve,v\nbob,v\neve,u\n", ["column_1", "column_2"]),
    ],
)
def test_the_names_of_the_columns_are_found(write: Write, text: str, names: list[str]) -> None:
    assert [column.name for column in read_profile(write(text)).columns] == names


@pytest.mark.parametrize("header", [True, False])
def test_a_header_is_asked_about_if_names_occur_as_values(write: Write, header: bool) -> None:
    file, flags = write("u,a,x\nv,b,y\nu,c,z\nv,a,y\n" * 20), []

    def ask(question: Question) -> str:
        flags.append(question.flag)
        return "no" if question.flag == "--header" else accept_proposal(question)

    with pytest.raises(RefusedError, match="--target t is not a column"):
        prepare(DataRequest(file, target="t"), ask=ask)
    assert flags == ["--header"]
    request = DataRequest(file, header=header)
    assert find_source(request, accept_proposal).names == (
        ("u", "a", "x") if header else ("column_1", "column_2", "column_3")
    )


def test_rows_of_sums_and_means_are_no_rows(write: Write) -> None:
    rows = "".join(f"n{number % 9};{number}\n" for number in range(50))
    profile = read_profile(write(f"name;x\n{rows}Total:;1225\nAverage;24,5\n"))
    assert profile.source.dialect.totals == ("Average", "Total:")
    assert (profile.rows, profile.column("x").max) == (50, 49)


def test_other_files_of_a_folder_are_named(tmp_path: Path) -> None:
    for name in ("a.csv", "b.CSV", "notes.md", ".hidden"):
        rows = (f"{number * 7 % 61},{number % 5},{'uv'[number % 2]}\n" for number in range(80))
        (tmp_path / name).write_text("x,z,y\n" + "".join(rows))
    decisions = prepare(DataRequest(tmp_path, target="y")).decisions
    assert decisions.profile.rows == 160
    assert any('holds 1 other file that no project reads: "notes.md"' in n for n in decisions.notes)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("x.xlsx", "save the sheet as CSV UTF-8"),
        ("x.zip", "unpack it"),
        ("x.json", "write one object per line"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_remedy(
    write: Write, name: str, remedy: str
) -> None:
    with pytest.raises(RefusedError, match=remedy):
        read_profile(write("PK", name))
