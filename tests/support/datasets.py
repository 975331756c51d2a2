"""Data sets that packages ship, as files of a user."""

from importlib.metadata import distribution
from pathlib import Path
from typing import Any


def shipped(package: str, name: str) -> Path:
    """A file inside an installed package, which is not imported."""
    return Path(str(distribution(package).locate_file(name)))


def weather(folder: Path) -> Path:
    """Regression with a time: 1,461 days of weather in Seattle."""
    return _copy(shipped("vega-datasets", "vega_datasets/_data/seattle-weather.csv"), folder)


def penguins(folder: Path) -> Path:
    """Multiclass with missing values and text categories: 344 penguins of three species."""
    return _copy(shipped("palmerpenguins", "palmerpenguins/data/penguins.csv"), folder)


def tumours(folder: Path) -> Path:
    """Binary without a time: 569 tumours, of columns that have blanks in their names."""
    from sklearn.datasets import load_breast_cancer

    bunch: Any = load_breast_cancer(as_frame=True)
    rows = bunch.data.assign(diagnosis=bunch.target.map(dict(enumerate(bunch.target_names))))
    rows.to_csv(folder / "tumours.csv", index=False)
    return folder / "tumours.csv"


def _copy(file: Path, folder: Path) -> Path:
    target = folder / file.name
    target.write_bytes(file.read_bytes())
    return target
