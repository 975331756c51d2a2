"""Files are read however they are written, and declared as they are."""

import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from mlops_init.data.prepare import Declared, prepare
from mlops_init.data.request import Wishes
from mlops_init.errors import RefusedError

ROWS = 400
Random = np.random.Generator


@pytest.fixture
def random() -> Random:
    return np.random.default_rng(0)


def declared(file: Path, target: str = "y", **said: Any) -> Declared:
    return prepare(Wishes(file, target, **said), asking=False)


@pytest.mark.parametrize(
    ("delimiter", "decimal", "encoding"),
    [
        (";", ",", "latin-1"),
        ("\t", ".", "utf-8"),
        ("|", ".", "utf-8-sig"),
        (";", ".", "utf-16"),
        (" ", ".", "utf-8"),
    ],
)
def test_any_csv_is_read_and_declared_as_it_is_written(
    tmp_path: Path, random: Random, delimiter: str, decimal: str, encoding: str
) -> None:
    frame = pd.DataFrame({"größe": random.normal(size=ROWS), "wo": ["Köln", "a; b"] * 200})
    frame = frame.assign(y=random.choice(["no", "yes"], ROWS))
    file = tmp_path / "x.csv"
    frame.to_csv(file, index=False, sep=delimiter, decimal=decimal, encoding=encoding)
    found = yaml.safe_load(declared(file).declaration("x.csv"))
    how = {"delimiter": delimiter, "decimal": decimal, "encoding": encoding}
    usual = {"delimiter": ",", "decimal": ".", "encoding": "utf-8"}
    assert found["csv"] == {name: value for name, value in how.items() if value != usual[name]}
    assert found["features"]["größe"]["type"] == "number"
    assert found["features"]["wo"] == {"type": "category"}


@pytest.mark.parametrize(
    ("how", "declares"),
    [
        ({}, None),
        ({"quotechar": "'"}, {"quote": "'"}),
        ({"doublequote": False, "escapechar": "\\"}, {"escape": "\\"}),
        (
            {"quotechar": "'", "sep": ";", "quoting": csv.QUOTE_ALL},
            {"delimiter": ";", "quote": "'"},
        ),
        ({"quotechar": "^"}, {"quote": "^"}),
    ],
)
def test_any_quotes_are_read_as_the_project_reads_them(
    tmp_path: Path, random: Random, how: dict[str, Any], declares: dict[str, str] | None
) -> None:
    said = ['5" disk, new', "it's 'so', says \"she\"", "don't", "a, b\nc"] * 100
    frame = pd.DataFrame({"it's x": random.normal(size=ROWS), "said": said})
    file = tmp_path / "x.csv"
    frame.assign(y=["u", "v"] * 200).to_csv(file, index=False, **how)
    wishes = {"quote": "^"} if how.get("quotechar") == "^" else {}
    own = declared(file, **wishes)
    found = yaml.safe_load(own.declaration("x.csv"))
    assert found.get("csv") == declares
    column = own.plan.profile.of("said")
    assert {value for value, _ in column.values} == set(said)
    words = {"sep": "delimiter", "quotechar": "quote", "escapechar": "escape"}
    given = found.get("csv") or {}
    read = {name: given[word] for name, word in words.items() if word in given}
    assert pd.read_csv(file, **read)["said"].to_list() == said


@pytest.mark.parametrize("flag", ["delimiter", "quote"])
def test_what_is_more_than_one_character_cuts_nothing(tmp_path: Path, flag: str) -> None:
    (tmp_path / "x.csv").write_text("x,y\n1,2\n")
    with pytest.raises(RefusedError, match=f"--{flag} '::' is not one character"):
        Wishes(tmp_path / "x.csv", "y", **{flag: "::"}).checked()  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "folder"])
def test_other_kinds_of_files_are_the_same_data(tmp_path: Path, random: Random, kind: str) -> None:
    frame = pd.DataFrame(
        {"id": range(ROWS), "x": random.normal(size=ROWS).round(3), "y": ["u", "v"] * 200}
    )
    file = tmp_path / f"x.{kind}"
    if kind == "jsonl":
        frame.to_json(file, orient="records", lines=True)
    elif kind == "parquet":
        frame.to_parquet(file)
    else:
        file.mkdir()
        frame.head(200).to_csv(file / "a.csv", index=False)
        frame.tail(200).to_csv(file / "b.csv", index=False)
    found = yaml.safe_load(declared(file).declaration("x"))
    assert (found["key"], found["task"]) == ("id", "binary")
    assert found["features"]["x"]["type"] == "number"


def test_a_word_for_a_missing_value_is_noticed(tmp_path: Path, random: Random) -> None:
    sizes = [f"{n}.5" if n % 9 else "?" for n in range(ROWS)]
    file = tmp_path / "x.csv"
    pd.DataFrame({"size": sizes, "y": [0, 1] * 200}).to_csv(file, index=False)
    found = yaml.safe_load(declared(file).declaration("x.csv"))
    assert found["csv"] == {"missing": ["?"]}
    assert found["features"]["size"]["nullable"]


NAMES = ["a b", "a.b", "class", "🙂", "yes", "1", "x: y", "#hash", 'say "hi"', "o'clock", "{x}"]


def test_a_column_may_be_called_anything(tmp_path: Path, random: Random) -> None:
    file = tmp_path / "x.csv"
    columns = {name: random.normal(size=ROWS) for name in NAMES}
    pd.DataFrame(columns | {"prediction ": [0, 1] * 200}).to_csv(file, index=False)
    own = declared(file, "prediction ")
    found = yaml.safe_load(own.declaration("x.csv"))
    assert list(found["features"]) == NAMES
    assert found["target"] == "prediction "
    assert '| say "hi" | feature |' in own.card()


def test_the_same_file_makes_the_same_card_and_pictures(tmp_path: Path, random: Random) -> None:
    file = tmp_path / "x.csv"
    when = pd.Timestamp("2021-01-01") + pd.to_timedelta(np.arange(ROWS), unit="D")
    holed = np.where(np.arange(ROWS) % 5, random.normal(size=ROWS), np.nan)
    pd.DataFrame({"when": when, "x": holed, "y": [0, 1] * 200}).to_csv(file, index=False)
    one, other = declared(file), declared(file)
    assert one.pictures == other.pictures
    assert set(one.pictures) == {"distributions.svg", "missing.svg", "target-over-time.svg"}
    assert all("<svg" in picture for picture in one.pictures.values())
    assert one.card() == other.card()
    assert all(f"](data-card/{name})" in one.card() for name in one.pictures)


def test_nothing_heavy_is_imported_before_data_are_named() -> None:
    code = (
        "import sys; from mlops_init import cli\n"
        "print({'duckdb', 'matplotlib', 'numpy', 'questionary'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
