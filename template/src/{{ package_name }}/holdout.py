"""Which rows no model is fitted on, so that any two models can be compared on them."""

import hashlib

import pandas as pd

from .spec import DataSpec

HOLDOUT_EVERY = 3  # one day in three is held back


def split_holdout(spec: DataSpec, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(to fit, held back): whole days by a hash of the date, or rows by a hash of the key.

    No model is ever fitted on what is held back, so any two models can be compared on it. The days
    lie between the others: holding back the newest block would hide the drift there is to learn.
    """
    units = holdout_units(spec, frame)
    held = units.map({unit: is_in_holdout(unit) for unit in units.unique()}).astype(bool)
    return frame[~held], frame[held]


def holdout_units(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """What is held back whole: the day of each row, or its key where rows have no time."""
    return (frame[spec.time.column].dt.date if spec.time else frame[spec.key]).astype(str)


def is_in_holdout(unit: str) -> bool:
    return hashlib.sha256(unit.encode()).digest()[0] % HOLDOUT_EVERY == 0
