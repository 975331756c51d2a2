"""Files that cannot be used: one clear sentence, status 2, nothing written."""

import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.generator import run_cli

HEADER = "id,when,size,kind,target\n"


def lines(count: int, row: str = "{n},2024-{m:02}-{d:02},{n}.5,{k},{t}") -> str:
    words = ["a", "b"]
    return "".join(
        row.format(n=n, m=n % 12 + 1, d=n % 28 + 1, k=words[n % 2], t=n % 2) + "\n"
        for n in range(count)
    )


def text(content: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    return lambda file: _write(file, content.encode(encoding))


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def column(name: str, value: str, rows: int = 100) -> str:
    """The usual rows with one column that holds this value."""
    names = HEADER.strip().split(",")
    place = names.index(name)
    cells = [row.split(",") for row in lines(rows).splitlines()]
    return HEADER + "".join(
        ",".join([*row[:place], value, *row[place + 1 :]]) + "\n" for row in cells
    )


GOOD = HEADER + lines(100)
MIXED = GOOD.replace("7.5", "many").replace("9.5", "few")
FUTURE = HEADER + "".join(
    f"{n},{2024 if n < 90 else 2099}-{n % 12 + 1:02}-{n % 28 + 1:02},{n}.5,a,{n % 2}\n"
    for n in range(100)
)
HOSTILE: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "empty": ("x.csv", text(""), "x.csv is empty: name a file that has rows."),
    "header only": ("x.csv", text(HEADER), "x.csv has column names but no rows"),
    "one row": ("x.csv", text(HEADER + lines(1)), "in every row, so there is nothing to predict"),
    "few rows": ("x.csv", text(HEADER + lines(20)), "target has a value in only 20 rows: "),
    "no header": ("x.csv", text("1,2,3\n" * 90), "x.csv: choose one of column_1, column_2"),
    "double name": (
        "x.csv",
        text("a,a,target\n" + "1,2,3\n" * 90),
        "has several columns called a: ",
    ),
    "empty name": ("x.csv", text("a,,target\n" + "1,2,3\n" * 90), "Column 2 of "),
    "one column": (
        "x.csv",
        text("target\n" + "1\n" * 90),
        "x.csv has one column (target), but a model",
    ),
    "mixed types": ("x.csv", text(MIXED), "size holds numbers, but words in 20 rows ("),
    "mixed target": (
        "x.csv",
        text(GOOD.replace("target", "kind2").replace("size", "target").replace("7.5", "many")),
        "target holds numbers, but words in 10 rows (",
    ),
    "too few cells": (
        "x.csv",
        text(GOOD.replace("target\n", "target\n1,2\n") + "# end\n"),
        "(line 2 has not 5 cells as the header: 1,2, and 1 other line): correct the file",
    ),
    "too many cells": (
        "x.csv",
        text(GOOD + "1,2,3,4,5,6,7\n"),
        "(line 102 has not 5 cells as the header: 1,2,3,4,5,6,7): correct the file",
    ),
    "header again": (
        "x.csv",
        text(GOOD + GOOD),
        "x.csv repeats the names of its columns in 1 row, the first in line 102: remove",
    ),
    "line break in a name": (
        "x.csv",
        text(GOOD.replace("target", '"target\n(new)"', 1)),
        "Column 5 of ",
    ),
    "binary": ("x.csv", lambda file: _write(file, b"a\0b" * 99), "is not a text file"),
    "not gzip": ("x.csv.gz", text(GOOD), "x.csv.gz cannot be read (Not a gzipped file"),
    "not parquet": ("x.parquet", text(GOOD), "x.parquet cannot be read as .parquet ("),
    "not lines": ("x.jsonl", text("[1, 2"), "x.jsonl cannot be read as .jsonl ("),
    "not a table": ("x.xlsx", text("PK"), "save the sheet as CSV UTF-8, and name that file."),
    "empty folder": ("x", lambda file: file.mkdir(), "x holds no data of a known kind"),
    "constant": ("x.csv", text(column("target", "7")), "target is 7 in every row"),
    "all null": ("x.csv", text(column("target", "")), "target is empty in all 100 rows: choose"),
    "many words": (
        "x.csv",
        text(GOOD.replace(",0\n", ",x\n") + lines(90, "{n},2024-01-01,1,a,t{n}")),
        "but a model predicts 50 classes at most",
    ),
    "infinite": ("x.csv", text(GOOD.replace(",7.5,", ",inf,")), "size holds infinite numbers: "),
    "infinite target": (
        "x.csv",
        text(GOOD.replace("target", "kind2").replace("size", "target").replace(",7.5,", ",inf,")),
        "target holds infinite numbers: ",
    ),
    "no dates": (
        "x.csv",
        text(GOOD.replace("2024-05-05", "TBD").replace("2024-11-11", "31/02/2024")),
        "when holds dates such as 2024-01-01, but 4 rows hold no date of this format with a year "
        'from 1700 to 2199: "TBD" (line 6), "31/02/2024" (line 12). Correct them, or pass '
        '--missing "31/02/2024" --missing "TBD" or --type "when=category" or --exclude "when".',
    ),
    "far dates": ("x.csv", text(GOOD.replace("2024-05-05", "9999-12-31")), '"9999-12-31" (line 6)'),
    "mixed zones": (
        "x.csv",
        text(GOOD.replace("-05-05", "-05-05T10:00+02:00").replace("-11-11", "-11-11T10:00")),
        "when has times in zones other than UTC, and times without a zone in ",
    ),
    "future": ("x.csv", text(FUTURE), "when has dates in the future (2099-"),
}


def error_of(tmp_path: Path, *words: object) -> str:
    before = sorted(tmp_path.rglob("*"))
    result = run_cli("churn", *words, "--defaults", cwd=tmp_path)
    assert result.status == 2, result
    assert result.err.count("\n") == 1, result.err
    assert result.out == ""
    assert sorted(tmp_path.rglob("*")) == before
    return result.err


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path: Path, what: str) -> None:
    name, make, sentence = HOSTILE[what]
    make(tmp_path / name)
    assert sentence in error_of(tmp_path, "--data", name, "--target", "target")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--target", "targett"], "--target targett is not a column of "),
        (["--target", "targett"], "did you mean target?"),
        (["--target", "TARGET"], "did you mean target?"),
        (["--target", "qqq"], "choose one of id, when, size, kind, target"),
        ([], "Name the column to predict with --target, one of id, when, size, kind, target."),
        (["--target", "target", "--task", "clustering"], "--task clustering is unknown: choose"),
        (["--target", "kind", "--task", "regression"], "kind holds words (a, b), but a regression"),
        (["--target", "size", "--task", "binary"], "size has 100 different values, but a binary"),
        (["--target", "target", "--metric", "mae"], "--metric mae does not fit a binary task: "),
        (["--target", "target", "--time", "size"], "size holds no dates that can be read"),
        (["--target", "target", "--time", "sie"], "--time sie is not a column of "),
        (["--target", "target", "--key", "kind"], "kind does not identify a row"),
        (["--target", "target", "--exclude", "sizee"], "--exclude sizee is not a column of "),
        (["--target", "target", "--type", "kind=colour"], "--type kind colour is unknown: "),
        (["--target", "target", "--type", "kind"], '--type "kind" names no type: write --type COL'),
        (["--target", "target", "--encoding", "utf-16"], "is not encoded in utf-16"),
        (
            ["--target", "target", "--encoding", "utf8x"],
            "--encoding utf8x is unknown: choose utf-8",
        ),
        (
            ["--target", "target", "--example", "air-time"],
            "and --data exclude each other: choose one.",
        ),
        (["--target", "when"], "when holds dates, which a model cannot predict: "),
    ],
    ids=lambda each: " ".join(each)[:50] if isinstance(each, list) else "",
)
def test_a_wrong_option_is_one_sentence(tmp_path: Path, words: list[str], sentence: str) -> None:
    (tmp_path / "x.csv").write_text(GOOD)
    assert sentence in error_of(tmp_path, "--data", "x.csv", *words)


def test_a_target_without_data_and_a_file_that_does_not_exist(tmp_path: Path) -> None:
    assert "--target needs --data FILE." in error_of(tmp_path, "--target", "x")
    assert "nowhere.csv does not exist" in error_of(
        tmp_path, "--data", "nowhere.csv", "--target", "x"
    )


def test_a_project_needs_a_feature(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(GOOD)
    words = [word for name in ("when", "size", "kind") for word in ("--exclude", name)]
    words += ["--time", "none"]
    error = error_of(tmp_path, "--data", "x.csv", "--target", "target", *words)
    assert "x.csv has no feature to predict target with" in error


# getrusage counts every child that ever ran, and in a process also what it was forked from.
RUN_AND_WRITE_PEAK = """
import atexit, pathlib, re
from mlops_init.cli import main

def write_peak():
    status = pathlib.Path("/proc/self/status").read_text()
    pathlib.Path("peak").write_text(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1])

atexit.register(write_peak)
main()
"""


def test_a_sparse_file_of_ten_gigabytes_takes_no_memory(tmp_path: Path) -> None:
    with (tmp_path / "x.csv").open("wb") as file:
        file.write(GOOD.encode())
        os.truncate(file.fileno(), 10 * 2**30)
    words = ["churn", "--data", "x.csv", "--target", "target", "--defaults"]
    done = subprocess.run(
        [sys.executable, "-c", RUN_AND_WRITE_PEAK, *words],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.environ["MLOPS_INIT_FROZEN"] + "/checkout/generator"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, done
    assert "is not a text file" in done.stderr
    assert int((tmp_path / "peak").read_text()) < 500_000


def test_formulas_quotes_and_commas_stay_text(tmp_path: Path) -> None:
    words = ["=1+1", '"say ""hi"""', '"a, b"', "'single'", "@cmd|' /C calc'!A0"]
    rows = "".join(f"{words[n % 5]},{n % 7},{n % 2}\n" for n in range(200))
    (tmp_path / "x.csv").write_text(f"word,size,target\n{rows}")
    result = run_cli("churn", "--data", "x.csv", "--target", "target", "--level", 0, cwd=tmp_path)
    assert result.status == 0, result.err
    assert "word: {type: category} # 5 categories" in (tmp_path / "churn/conf/data.yml").read_text()


def test_a_gzipped_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(GOOD.encode()))
    result = run_cli(
        "churn", "--data", "x.csv.gz", "--target", "target", "--level", 0, cwd=tmp_path
    )
    assert result.status == 0, result.err
