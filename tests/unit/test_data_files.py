"""Files of every kind and dialect are read, and declared as they are written."""

import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from mlops_init.data.prepare import prepare
from mlops_init.data.prepared import PreparedData
from mlops_init.data.read.words import ALWAYS_MISSING
from mlops_init.data.request import DataRequest
from mlops_init.data.write.data_card import format_card
from mlops_init.data.write.declaration import format_declaration
from mlops_init.errors import RefusedError

ROWS = 400
Random = np.random.Generator


@pytest.fixture
def random() -> Random:
    return np.random.default_rng(0)


def prepare_file(file: Path, target: str = "y", **options: Any) -> PreparedData:
    return prepare(DataRequest(file, target, **options))


def parse_declaration(prepared: PreparedData) -> dict[str, Any]:
    return dict(yaml.safe_load(format_declaration(prepared, "x.csv")))


@pytest.mark.parametrize(
    ("delimiter", "decimal", "encoding"),
    [
        (";", ",", "cp1252"),
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
    spec = parse_declaration(prepare_file(file))
    how = {"delimiter": delimiter, "decimal": decimal, "encoding": encoding}
    usual = {"delimiter": ",", "decimal": ".", "encoding": "utf-8"}
    assert spec["csv"] == {name: value for name, value in how.items() if value != usual[name]}
    assert spec["features"]["größe"]["type"] == "number"
    assert spec["features"]["wo"] == {"type": "category"}


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
    texts = ['5" disk, new', "it's 'so', says \"she\"", "don't", "a, b\nc"] * 100
    frame = pd.DataFrame({"it's x": random.normal(size=ROWS), "text": texts})
    file = tmp_path / "x.csv"
    frame.assign(y=["u", "v"] * 200).to_csv(file, index=False, **how)
    options = {"quote": "^"} if how.get("quotechar") == "^" else {}
    prepared = prepare_file(file, **options)
    spec = parse_declaration(prepared)
    assert spec.get("csv") == declares
    column = prepared.decisions.profile.column("text")
    assert {value for value, _ in column.values} == set(texts)
    settings = spec.get("csv") or {}
    names = {"sep": "delimiter", "quotechar": "quote", "escapechar": "escape"}
    arguments = {name: settings[ours] for name, ours in names.items() if ours in settings}
    assert pd.read_csv(file, **arguments)["text"].to_list() == texts


@pytest.mark.parametrize("flag", ["delimiter", "quote"])
def test_a_delimiter_and_a_quote_are_one_character(tmp_path: Path, flag: str) -> None:
    (tmp_path / "x.csv").write_text("x,y\n1,2\n")
    with pytest.raises(RefusedError, match=f"--{flag} '::' must be one character"):
        DataRequest(tmp_path / "x.csv", "y", **{flag: "::"})  # type: ignore[arg-type]


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
    spec = parse_declaration(prepare_file(file))
    assert (spec["key"], spec["task"]) == ("id", "binary")
    assert spec["features"]["x"]["type"] == "number"


def test_a_word_for_a_missing_value_is_detected(tmp_path: Path, random: Random) -> None:
    sizes = [f"{n}.5" if n % 9 else "?" for n in range(ROWS)]
    file = tmp_path / "x.csv"
    pd.DataFrame({"size": sizes, "y": [0, 1] * 200}).to_csv(file, index=False)
    spec = parse_declaration(prepare_file(file))
    assert spec["missing"] == [*ALWAYS_MISSING, "?"]
    assert spec["features"]["size"]["nullable"]


NAMES = ["a b", "a.b", "class", "🙂", "yes", "1", "x: y", "#hash", 'say "hi"', "o'clock", "{x}"]


def test_a_column_may_have_any_name(tmp_path: Path, random: Random) -> None:
    file = tmp_path / "x.csv"
    columns = {name: random.normal(size=ROWS) for name in NAMES}
    pd.DataFrame(columns | {" prediction_ ": [0, 1] * 200}).to_csv(file, index=False)
    prepared = prepare_file(file, " prediction_")
    spec = parse_declaration(prepared)
    assert list(spec["features"]) == NAMES
    assert spec["target"] == "prediction_"
    assert '| say "hi" | feature |' in format_card(prepared)


@pytest.mark.pictures
def test_the_same_file_makes_the_same_card_and_pictures(tmp_path: Path, random: Random) -> None:
    file = tmp_path / "x.csv"
    when = pd.Timestamp("2021-01-01") + pd.to_timedelta(np.arange(ROWS), unit="D")
    holed = np.where(np.arange(ROWS) % 5, random.normal(size=ROWS), np.nan)
    pd.DataFrame({"when": when, "x": holed, "y": [0, 1] * 200}).to_csv(file, index=False)
    first, second = prepare_file(file), prepare_file(file)
    assert first.pictures == second.pictures
    assert set(first.pictures) == {"distributions.svg", "missing.svg", "target-over-time.svg"}
    assert all("<svg" in picture for picture in first.pictures.values())
    assert format_card(first) == format_card(second)
    assert all(f"](data-card/{name})" in format_card(first) for name in first.pictures)


def test_nothing_heavy_is_imported_before_data_are_named() -> None:
    code = (
        "import sys; from mlops_init import cli\n"
        "print({'duckdb', 'matplotlib', 'numpy', 'questionary'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_wide_file_fits_into_the_memory_of_the_profiler(tmp_path: Path, random: Random) -> None:
    frame = pd.DataFrame(random.normal(size=(ROWS, 80))).add_prefix("x")
    frame.mask(random.random(frame.shape) < 0.3).assign(y=[0, 1] * 200).to_csv(
        tmp_path / "wide.csv", index=False
    )
    assert len(prepare_file(tmp_path / "wide.csv").decisions.columns) == 81
