"""The holdout: rows that no model is fitted on, so that any two models can be compared on them."""

import hashlib

import pandas as pd

from .spec import DataSpec

HOLDOUT_EVERY = 3  # one day in three


def split_holdout(spec: DataSpec, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(rows to fit on, holdout). A holdout of the newest days would hide drift: a hash decides."""
    units = holdout_units(spec, frame)
    hashes = {unit: hashlib.sha256(unit.encode()).digest()[0] for unit in units.unique()}
    is_holdout = units.map(hashes).astype("int") % HOLDOUT_EVERY == 0
    return frame[~is_holdout], frame[is_holdout]


def holdout_units(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """The unit of each row: its day, or without time its entity, or without that its key."""
    if spec.time:
        return frame[spec.time.column].dt.date.astype(str)
    return frame[spec.entity or spec.key].astype(str)
