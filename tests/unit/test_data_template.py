"""What the generator knows about a project's declaration is what the project itself says."""

import importlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
from mlops_init.data.decide.features import ENCODED_CATEGORIES
from mlops_init.data.read.source import KINDS
from mlops_init.data.read.sql import DATE_WORDS as SQL_DATE_WORDS
from mlops_init.data.read.words import ALWAYS_MISSING
from mlops_init.data.request import DATE_WORDS, METRICS, PERIODS, TASKS, TYPES
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


def test_the_same_words_are_missing_as_in_pandas() -> None:
    assert set(ALWAYS_MISSING) == set(STR_NA_VALUES)


def test_the_encoder_distinguishes_as_many_categories(project: Callable[[int], Path]) -> None:
    code = (project(0) / "src/churn/features.py").read_text()
    assert f"max_categories={ENCODED_CATEGORIES}" in code


def test_the_results_of_other_data_are_folders_that_a_project_writes() -> None:
    code = "".join(file.read_text() for file in (ROOT / "template/src").rglob("*.py"))
    written = {*re.findall(r'(?:var\(|folder: str = )"(\w+)"', code)}
    assert {*RESULTS} - written == set()
