"""Very different data sets, each a file with a fixed seed."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.support.datasets import shipped

NAMES = ["two words", "a.b", "class", "🙂", "1", "yes", "x: y", "#hash", "import", "größe"]


def _random() -> np.random.Generator:
    return np.random.default_rng(0)


def _target(signal: Any, random: np.random.Generator, share: float = 0.5) -> Any:
    noisy = signal + random.normal(0, 0.5, len(signal))
    return np.where(noisy > np.quantile(noisy, 1 - share), "yes", "no")


def _kept(frame: pd.DataFrame, folder: Path, **how: Any) -> Path:
    frame.to_csv(folder / "rows.csv", index=False, **how)
    return folder / "rows.csv"


def imbalanced(folder: Path) -> Path:
    """One row in two hundred is a yes."""
    random = _random()
    frame = pd.DataFrame({f"x{n}": random.normal(size=20_000) for n in range(5)})
    return _kept(frame.assign(target=_target(frame["x0"], random, 0.005)), folder)


def wide(folder: Path) -> Path:
    """Five hundred columns."""
    random = _random()
    frame = pd.DataFrame(
        random.normal(size=(2_000, 500)).round(4), columns=[f"f{n}" for n in range(500)]
    )
    return _kept(frame.assign(target=_target(frame["f7"] + frame["f8"], random)), folder)


def tiny(folder: Path) -> Path:
    """Eighty rows."""
    random = _random()
    frame = pd.DataFrame({"x": random.normal(size=80), "kind": random.choice(["a", "b"], 80)})
    return _kept(frame.assign(target=3 * frame["x"] + random.normal(0, 0.3, 80)), folder)


def named(folder: Path) -> Path:
    """Column names that are words of Python and YAML, or contain blanks, dots and an emoji."""
    random = _random()
    frame = pd.DataFrame({name: random.normal(size=1_000).round(4) for name in NAMES})
    frame["def"] = random.choice(["a b", "c.d", "🙂"], 1_000)
    return _kept(frame.assign(target=_target(frame["🙂"], random)), folder, sep=";", decimal=",")


def two_million(folder: Path) -> Path:
    """Two million rows in Parquet."""
    import duckdb

    file = folder / "rows.parquet"
    duckdb.sql("SELECT setseed(0.5)")
    duckdb.sql(f"""COPY (
        SELECT x, y, 'k' || (x * 9)::INT AS kind, 3 * x - y + random() * 0.1 AS target
        FROM (SELECT random() AS x, random() AS y FROM range(2000000))
    ) TO '{file}' (FORMAT parquet)""")
    return file


def zoned(folder: Path) -> Path:
    """Dates of two time zones, with weeks without rows."""
    random = _random()
    hours = pd.Series(np.sort(random.choice(12_000, 3_000, replace=False)))
    hours = hours[(hours < 4_000) | (hours > 5_000)]
    when = pd.Timestamp("2022-01-01", tz="UTC") + pd.to_timedelta(hours, unit="h")
    written = [f"{t:%Y-%m-%dT%H:%M:%S}{'Z' if n % 2 else '+02:00'}" for n, t in enumerate(when)]
    x = random.normal(size=len(written))
    target = 2 * x + np.sin(hours.to_numpy() / 2_000) + random.normal(0, 0.2, len(written))
    return _kept(pd.DataFrame({"when": written, "x": x, "target": target}), folder)


def called(target: str) -> Any:
    """A target whose name is special in a project or in Python."""

    def make(folder: Path) -> Path:
        random = _random()
        frame = pd.DataFrame({"x": random.normal(size=500), "version": random.integers(0, 9, 500)})
        frame["label"] = random.choice(["u", "v"], 500)
        return _kept(frame.assign(**{target: _target(frame["x"], random)}), folder)

    return make


def carbon(folder: Path) -> Path:
    """Weekly measurements with gaps; a date of eight digits and one number, in a shipped file."""
    rows = pd.read_csv(shipped("statsmodels", "statsmodels/datasets/co2/co2.csv"))
    season = pd.to_datetime(rows["date"], format="%Y%m%d").dt.month
    return _kept(rows.assign(season=season), folder)


def hours(folder: Path) -> Path:
    """Nothing but a time and a target, which follows the hour."""
    random = _random()
    when = pd.Series(pd.date_range("2024-01-01", periods=1_200, freq="h"))
    target = 10 + 3 * np.sin(when.dt.hour / 4) + random.normal(0, 0.5, len(when))
    return _kept(pd.DataFrame({"when": when, "target": target}), folder)


def parts_of_time(folder: Path) -> Path:
    """A year of hours whose time is in four columns."""
    random = _random()
    when = pd.Series(pd.date_range("2023-01-01", periods=8_760, freq="h")).dt
    frame = pd.DataFrame({"no": range(8_760), "year": when.year, "month": when.month})
    frame = frame.assign(day=when.day, hour=when.hour, x=random.normal(size=8_760))
    target = 5 * np.sin(when.hour / 4) + frame["x"] + random.normal(0, 0.3, 8_760)
    return _kept(frame.assign(target=target), folder)


def panel(folder: Path) -> Path:
    """Sixty numbered firms in six years."""
    random = _random()
    firms = random.choice(10_000, 60, replace=False)
    rows = pd.DataFrame(
        [(n, y) for n in firms for y in range(2015, 2021)], columns=["firm", "year"]
    )
    x = random.normal(size=len(rows))
    target = 5 * x + rows["firm"] / 2_000 + random.normal(0, 0.3, len(rows))
    return _kept(rows.assign(x=x, target=target), folder)


SETS: dict[
    str, tuple[Any, str, float | None]
] = {  # function, target, highest share of the loss of the baseline
    "imbalanced": (imbalanced, "target", 1.0),
    "wide": (wide, "target", 0.8),
    "tiny": (tiny, "target", None),
    "named": (named, "target", 0.9),
    "two million": (two_million, "target", 0.2),
    "zoned": (zoned, "target", 0.6),
    "target called target": (called("target"), "target", 0.9),
    "target called class": (called("class"), "class", 0.9),
    "target called prediction": (called("prediction"), "prediction", 0.9),
    "carbon": (carbon, "co2", None),
    "hours": (hours, "target", 0.9),  # the baseline is the same hour of the day before
    "parts of time": (parts_of_time, "target", 0.5),
    "panel": (panel, "target", 0.9),
}
