"""The holdout: rows that no model is fitted on, so that any two models can be compared on them."""

import hashlib

import pandas as pd

from .spec import DataSpec

HOLDOUT_EVERY = 3  # one day in three


def split_holdout(spec: DataSpec, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(rows to fit on, holdout), split by a hash: a holdout of the newest days would hide drift."""
    units = holdout_units(spec, frame)
    holdout = units.map({unit: is_in_holdout(unit) for unit in units.unique()}).astype(bool)
    return frame[~holdout], frame[holdout]


def holdout_units(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """The unit of each row: its day, or its key if rows have no time."""
    return (frame[spec.time.column].dt.date if spec.time else frame[spec.key]).astype(str)


def is_in_holdout(unit: str) -> bool:
    return hashlib.sha256(unit.encode()).digest()[0] % HOLDOUT_EVERY == 0
