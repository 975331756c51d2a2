"""What the generator knows about a project's declaration is what the project itself says."""

import gzip
import importlib
import itertools
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
import yaml
from mlops_init.data.decide import baseline
from mlops_init.data.decide.backtest import Backtest, Candidate
from mlops_init.data.decide.features import ENCODED_CATEGORIES
from mlops_init.data.prepare import prepare
from mlops_init.data.read.number_pattern import NEGATIVES, SYMBOLS, THOUSANDS, number_pattern
from mlops_init.data.read.source import KINDS
from mlops_init.data.read.sql import DATE_WORDS as SQL_DATE_WORDS
from mlops_init.data.read.words import ALWAYS_MISSING, BOOLEAN_PAIRS
from mlops_init.data.request import DATE_WORDS, METRICS, PERIODS, TASKS, TYPES, DataRequest
from mlops_init.data.write.declaration import format_declaration
from mlops_init.data.write.project_files import RESULTS
from pandas._libs.parsers import STR_NA_VALUES

from tests.support.generator import ROOT

Load = Callable[[str], ModuleType]


@pytest.fixture
def load(project: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """`load("spec")`: a module of a project of level 0."""
    monkeypatch.syspath_prepend(project(0) / "src")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield lambda name: importlib.import_module(f"churn.{name}")
    for name in [name for name in sys.modules if name.split(".")[0] == "churn"]:
        del sys.modules[name]


def test_metrics_tasks_periods_and_types_are_those_of_the_project(load: Load) -> None:
    spec = load("spec")

    def allowed(model: Any, field: str) -> tuple[str, ...]:
        return get_args(model.model_fields[field].annotation)

    assert spec.METRICS == METRICS
    assert spec.DATE_WORDS == DATE_WORDS
    assert {*load("dates").READERS} == {*DATE_WORDS} == {*SQL_DATE_WORDS}
    assert allowed(spec.DataSpec, "task") == TASKS
    assert allowed(spec.Time, "period") == PERIODS
    assert allowed(spec.Feature, "type") == TYPES


def test_the_project_reads_the_same_kinds_of_files(load: Load) -> None:
    assert tuple(load("tables").READERS) == KINDS


@pytest.mark.parametrize(
    "thousands", [(), *((each,) for each in THOUSANDS)], ids=lambda each: "".join(each) or "none"
)
def test_a_number_matches_the_same_pattern_in_the_project(
    load: Load, thousands: tuple[str, ...]
) -> None:
    spec, number_format = load("spec"), load("number_format")
    for symbols, negative in itertools.product(((), SYMBOLS), ((), tuple(NEGATIVES))):
        for decimal in {".", ","} - {*thousands}:
            known = {"decimal": decimal, "symbols": symbols, "negative": negative}
            csv = spec.Csv(thousands=next(iter(thousands), None), **known)
            pattern = number_pattern(decimal, thousands, symbols, negative)
            assert number_format.number_pattern(csv) == pattern


FRAME = pd.DataFrame({"x": [n * 7 % 61 for n in range(90)], "y": ["u", "v"] * 45})
TEXT = FRAME.to_csv(index=False)
WRITE: dict[str, Callable[[Path], object]] = {
    "x.CSV": lambda file: file.write_text(TEXT),
    "x.PARQUET": FRAME.to_parquet,
    "x.CSV.GZ": lambda file: file.write_bytes(gzip.compress(TEXT.encode())),
    "cr.csv": lambda file: file.write_bytes(TEXT.replace("\n", "\r").encode()),
    "mixed.csv": lambda file: file.write_bytes(TEXT.replace("\n", "\r", 40).encode()),
    "filtered.parquet": FRAME[FRAME["x"] > 0].to_parquet,
    "named.parquet": FRAME.set_index(pd.Index(map(str, range(90)), name="id")).to_parquet,
    "large.jsonl": lambda file: file.write_text(
        "".join(f'{{"id": {2**70 + n}, "x": {n % 7}, "y": "{n % 2}"}}\n' for n in range(90))
    ),
}


@pytest.mark.parametrize("name", WRITE)
def test_a_project_reads_what_is_declared(load: Load, tmp_path: Path, name: str) -> None:
    WRITE[name](tmp_path / name)
    prepared = prepare(DataRequest(tmp_path / name, target="y"))
    spec = load("spec").DataSpec(**yaml.safe_load(format_declaration(prepared, name)))
    rows = load("schema").cast_columns(spec, load("data").read_rows(spec, tmp_path / name))
    column = prepared.decisions.profile.column("x")
    assert (len(rows), rows["x"].min(), rows["x"].max()) == (column.rows, column.min, column.max)


def test_the_same_words_are_true_and_false(load: Load) -> None:
    schema = load("schema")
    assert {*schema.TRUE_WORDS} == {true for true, _ in BOOLEAN_PAIRS}
    assert {*schema.FALSE_WORDS} == {false for _, false in BOOLEAN_PAIRS}


def test_the_same_words_are_missing_as_in_pandas() -> None:
    assert set(ALWAYS_MISSING) == set(STR_NA_VALUES)


def test_the_encoder_distinguishes_as_many_categories(project: Callable[[int], Path]) -> None:
    code = (project(0) / "src/churn/features.py").read_text()
    assert f"max_categories={ENCODED_CATEGORIES}" in code


def test_the_results_of_other_data_are_folders_that_a_project_writes() -> None:
    code = "".join(file.read_text() for file in (ROOT / "template/src").rglob("*.py"))
    written = {*re.findall(r'(?:var\(|folder: str = )"(\w+)"', code)}
    assert {*RESULTS} - written == set()


def monthly_rows() -> pd.DataFrame:
    """Days of two shops, with classes and a missing group."""
    random = np.random.default_rng(0)
    rows = pd.DataFrame({"day": np.repeat(pd.date_range("2020-01-01", periods=800), 2)})
    rows = rows.assign(shop=["a", "b"] * 800, kind=random.choice(["u", "v", ""], 1600))
    amount = 9 + rows["day"].dt.dayofyear / 20 + 5 * (rows["shop"] == "b")
    rows["amount"] = amount + random.gamma(2, 1 + (rows["kind"] == "u"))
    return rows.assign(size=pd.cut(rows["amount"], 3, labels=["low", "middle", "high"]).astype(str))


BASELINES: list[dict[str, Any]] = [
    {"kind": "constant"},
    {"kind": "group", "columns": ["kind", "shop"]},
    {"kind": "last", "columns": ["shop"]},
    *({"kind": "season", "season": each, "columns": ["shop"]} for each in ("week", "year")),
]


@pytest.mark.parametrize("metric", ["mae", "mse", "rmse", "poisson", "gamma", "log_loss", "brier"])
@pytest.mark.parametrize("delay", [0, 36])
def test_a_baseline_is_measured_as_a_project_measures_it(
    load: Load, tmp_path: Path, metric: str, delay: int
) -> None:
    target = "size" if metric in METRICS["multiclass"] else "amount"
    rows = monthly_rows().drop(columns="amount" if target == "size" else "size")
    rows.to_csv(tmp_path / "rows.csv", index=False)
    request = DataRequest(
        tmp_path / "rows.csv", target, metric=metric, period="month", label_delay_hours=delay
    )
    declared = format_declaration(prepare(request), str(tmp_path / "rows.csv"))
    names = [
        Candidate(each["kind"], (*each.get("columns", ()),), each.get("season", ""))
        for each in BASELINES[: 2 if target == "size" else None]
    ]
    measured: dict[Candidate, float] = {}
    with (
        patch.object(baseline, "_list_candidates", lambda *_: names),
        patch.object(Backtest, "measure", remember(measured)),
    ):
        prepare(request)
    for candidate, error in measured.items():
        assert project_error(load, declared, candidate) == pytest.approx(error), candidate


def remember(measured: dict[Candidate, float]) -> Callable[[Backtest, Candidate], float]:
    measure = Backtest.measure

    def remembering(backtest: Backtest, candidate: Candidate) -> float:
        measured[candidate] = measure(backtest, candidate)
        return measured[candidate]

    return remembering


def project_error(load: Load, declared: str, candidate: Candidate) -> float:
    """The error of a baseline in the backtest of a project."""
    spec = load("spec").DataSpec.model_validate(
        yaml.safe_load(declared) | {"baseline": candidate.settings}
    )
    frame = load("schema").cast_columns(spec, load("data").read_rows(spec, Path(spec.source)))
    losses = [
        load("evaluation").row_losses(
            spec, rows[spec.target], load("baselines").predict_baseline(spec, past, rows)
        )
        for _, past, rows in load("backtest").split_backtest(spec, frame, 3)
    ]
    return float(load("evaluation").to_metric(spec, np.concatenate(losses).mean()))
