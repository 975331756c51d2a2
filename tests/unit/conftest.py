"""What the tests of the user's data share."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support.decisions import decide, random

__all__ = ["decide", "random"]
Spec = dict[str, Any]
Write = Callable[..., Path]  # (text, name of the file)


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


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """`write("a,b\\n1,2\\n")`: a file with this text; rows are repeated."""

    def write(text: str, name: str = "x.csv") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


@pytest.fixture(autouse=True)
def no_pictures(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing is slow: only a test with the mark `pictures` draws."""
    if request.node.get_closest_marker("pictures") is None:
        monkeypatch.setattr("mlops_init.data.prepare.draw_pictures", lambda *_: {})
