"""What the tests of the user's data share."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

Spec = dict[str, Any]


@pytest.fixture
def load_rows(
    project: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Spec], pd.DataFrame]]:
    """The rows of a declared source as a project of level 0 reads them."""
    monkeypatch.syspath_prepend(project(0) / "src")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.chdir(project(0))

    def load_rows(declared: Spec) -> pd.DataFrame:
        spec = importlib.import_module("churn.spec").DataSpec(**declared)
        rows: pd.DataFrame = importlib.import_module("churn.data").load_rows(spec)
        return rows

    yield load_rows
    for name in [name for name in sys.modules if name.split(".")[0] == "churn"]:
        del sys.modules[name]
