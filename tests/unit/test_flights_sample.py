"""The example data is the honest draw that its script describes."""

import importlib.util
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
PARQUET = ROOT / "template" / "data" / "flights.parquet"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """Load the script by its path: `generator/` is no package."""
    path = ROOT / "generator" / "scripts" / "flights_sample.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def committed() -> pd.DataFrame:
    return pd.read_parquet(PARQUET)


def test_the_committed_flights_can_be_drawn_again(
    script: ModuleType, committed: pd.DataFrame
) -> None:
    pd.testing.assert_frame_equal(script.draw_sample(), committed, check_exact=True)


def test_the_flights_are_as_many_and_as_small_as_promised(committed: pd.DataFrame) -> None:
    assert len(committed) == 60_000
    months = committed["time"].dt.to_period("M").value_counts()
    assert months.to_dict() == dict.fromkeys(pd.period_range("2013-01", "2013-12", freq="M"), 5000)
    assert committed["flight_id"].is_unique
    assert committed.equals(committed.sort_values(["time", "flight_id"]))
    assert PARQUET.stat().st_size < 750_000


def test_a_missing_source_says_what_to_install(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "files", missing)
    with pytest.raises(SystemExit) as stopped:
        script.main()
    assert stopped.value.code == 2
    assert "pip install -e '.[dev]'" in capsys.readouterr().err
