"""Files that are no data: one clear sentence, status 2, nothing written."""

import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import run_cli

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
    made = [row.split(",") for row in lines(rows).splitlines()]
    return HEADER + "".join(
        ",".join([*row[:place], value, *row[place + 1 :]]) + "\n" for row in made
    )


GOOD = HEADER + lines(100)
MIXED = GOOD.replace("7.5", "many").replace("9.5", "few")
FUTURE = HEADER + "".join(
    f"{n},{2024 if n < 90 else 2999}-{n % 12 + 1:02}-{n % 28 + 1:02},{n}.5,a,{n % 2}\n"
    for n in range(100)
)
HOSTILE: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "empty": ("x.csv", text(""), "x.csv is empty: name a file that has rows."),
    "header only": ("x.csv", text(HEADER), "x.csv has column names and no rows"),
    "one row": ("x.csv", text(HEADER + lines(1)), "in every row: there is nothing to learn"),
    "few rows": ("x.csv", text(HEADER + lines(20)), "20 rows with a target are too few"),
    "no header": ("x.csv", text("1,2,3\n" * 90), "x.csv begins with numbers: put a line of"),
    "double name": ("x.csv", text("a,a,target\n" + "1,2,3\n" * 90), "has a more than once"),
    "empty name": ("x.csv", text("a,,target\n" + "1,2,3\n" * 90), "Column 2 of "),
    "one column": ("x.csv", text("target\n" + "1\n" * 90), "x.csv has one column (target)"),
    "mixed types": ("x.csv", text(MIXED), "size holds numbers and, in 20 rows, words ("),
    "mixed target": (
        "x.csv",
        text(GOOD.replace("target", "kind2").replace("size", "target").replace("7.5", "many")),
        "target holds numbers and, in 10 rows, words (",
    ),
    "ragged": ("x.csv", text(GOOD + "1,2\n"), "x.csv cannot be read as .csv ("),
    "binary": ("x.csv", lambda file: _write(file, b"a\0b" * 99), "holds no text"),
    "not gzip": ("x.csv.gz", text(GOOD), "x.csv.gz cannot be read (Not a gzipped file"),
    "not parquet": ("x.parquet", text(GOOD), "x.parquet cannot be read as .parquet ("),
    "not lines": ("x.jsonl", text("[1, 2"), "x.jsonl cannot be read as .jsonl ("),
    "not a table": ("x.xlsx", text("PK"), "x.xlsx is no table that can be read: name a .csv"),
    "empty folder": ("x", lambda file: file.mkdir(), "x is no table that can be read"),
    "constant": ("x.csv", text(column("target", "7")), "target is 7 in every row"),
    "all null": ("x.csv", text(column("target", "")), "target is empty in all 100 rows"),
    "many words": (
        "x.csv",
        text(GOOD.replace(",0\n", ",x\n") + lines(90, "{n},2024-01-01,1,a,t{n}")),
        "too many to be classes",
    ),
    "future": ("x.csv", text(FUTURE), "when has dates in the future (2999-"),
}


def refused(tmp_path: Path, *words: object) -> str:
    before = sorted(tmp_path.rglob("*"))
    said = run_cli("churn", *words, "--defaults", cwd=tmp_path)
    assert said.status == 2, said
    assert said.err.count("\n") == 1, said.err
    assert said.out == ""
    assert sorted(tmp_path.rglob("*")) == before
    return said.err


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_data_is_one_sentence(tmp_path: Path, what: str) -> None:
    name, make, sentence = HOSTILE[what]
    make(tmp_path / name)
    assert sentence in refused(tmp_path, "--data", name, "--target", "target")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--target", "targett"], "targett is no column of "),
        (["--target", "targett"], "did you mean target?"),
        (["--target", "TARGET"], "did you mean target?"),
        (["--target", "qqq"], "choose one of id, when, size, kind, target"),
        ([], "Which column is to be predicted? --target, one of id, when, size, kind, target."),
        (["--target", "target", "--task", "clustering"], "--task clustering is unknown: choose"),
        (["--target", "kind", "--task", "regression"], "kind holds words (a, b): a regression"),
        (["--target", "size", "--task", "binary"], "size has 100 values, binary needs two"),
        (["--target", "target", "--metric", "mae"], "mae does not fit a binary task: choose log"),
        (["--target", "target", "--time", "size"], "size holds no dates that can be read"),
        (["--target", "target", "--time", "sie"], "--time sie is no column of "),
        (["--target", "target", "--key", "kind"], "kind does not name a row"),
        (["--target", "target", "--leave-out", "sizee"], "--leave-out sizee is no column of "),
        (["--target", "target", "--as", "kind=colour"], "--as kind colour is unknown: choose num"),
        (["--target", "target", "--as", "kind"], '"kind" says no type: write --as NAME=TYPE.'),
        (["--target", "target", "--encoding", "utf-16"], "is not written in utf-16"),
        (
            ["--target", "target", "--encoding", "utf8x"],
            "--encoding utf8x is unknown: choose utf-8",
        ),
        (["--target", "target", "--example", "air-time"], "are two kinds of data: choose one."),
        (["--target", "when"], "when holds dates: a target is a number or a class."),
    ],
    ids=lambda each: " ".join(each)[:50] if isinstance(each, list) else "",
)
def test_a_wrong_word_is_one_sentence(tmp_path: Path, words: list[str], sentence: str) -> None:
    (tmp_path / "x.csv").write_text(GOOD)
    assert sentence in refused(tmp_path, "--data", "x.csv", *words)


def test_a_target_without_data_and_data_that_are_not_there(tmp_path: Path) -> None:
    assert "--target says nothing without --data FILE." in refused(tmp_path, "--target", "x")
    assert "nowhere.csv is not there" in refused(tmp_path, "--data", "nowhere.csv", "--target", "x")


def test_nothing_is_left_when_no_feature_is_left(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(GOOD)
    words = [word for name in ("size", "kind") for word in ("--leave-out", name)]
    said = refused(tmp_path, "--data", "x.csv", "--target", "target", *words)
    assert "Beside target no column of " in said


# getrusage counts every child that ever ran, and in a process also what it was forked from.
RUN_AND_TELL_PEAK = """
import atexit, pathlib, re
from mlops_init.cli import main

def tell():
    status = pathlib.Path("/proc/self/status").read_text()
    pathlib.Path("peak").write_text(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1])

atexit.register(tell)
main()
"""


def test_a_sparse_file_of_ten_gigabytes_takes_no_memory(tmp_path: Path) -> None:
    with (tmp_path / "x.csv").open("wb") as file:
        file.write(GOOD.encode())
        os.truncate(file.fileno(), 10 * 2**30)
    words = ["churn", "--data", "x.csv", "--target", "target", "--defaults"]
    done = subprocess.run(
        [sys.executable, "-c", RUN_AND_TELL_PEAK, *words],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.environ["MLOPS_INIT_FROZEN"] + "/checkout/generator"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, done
    assert "holds no text" in done.stderr
    assert int((tmp_path / "peak").read_text()) < 500_000


def test_formulas_quotes_and_commas_stay_text(tmp_path: Path) -> None:
    words = ["=1+1", '"say ""hi"""', '"a, b"', "'single'", "@cmd|' /C calc'!A0"]
    rows = "".join(f"{words[n % 5]},{n % 7},{n % 2}\n" for n in range(200))
    (tmp_path / "x.csv").write_text(f"word,size,target\n{rows}")
    said = run_cli("churn", "--data", "x.csv", "--target", "target", "--level", 0, cwd=tmp_path)
    assert said.status == 0, said.err
    assert (
        "word: {type: category} # 5 different words"
        in (tmp_path / "churn/conf/data.yml").read_text()
    )


def test_a_gzipped_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(GOOD.encode()))
    said = run_cli("churn", "--data", "x.csv.gz", "--target", "target", "--level", 0, cwd=tmp_path)
    assert said.status == 0, said.err
