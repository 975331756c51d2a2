"""The holdout: rows that two models are compared on, because neither was fitted on them."""

import hashlib

import pandas as pd

from .periods import days_per_period, row_days
from .spec import DataSpec

HOLDOUT_EVERY = 3  # without time: one entity or row in three
HOLDOUT_SHARE = 0.25  # with time: the newest quarter of the days of a full period
MIN_HOLDOUT_DAYS, MIN_HOLDOUT_ROWS = 5, 30  # at least, where a day is a unit


def split_holdout(spec: DataSpec, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(rows to fit on, holdout). With time the holdout is newer than every row to fit on.

    A model that is fitted on days between those of the holdout looks better than it will be.
    """
    if spec.time and len(frame):
        is_holdout = frame[spec.time.column] >= holdout_start(spec, frame)
    else:
        units = holdout_units(spec, frame)
        hashes = {unit: hashlib.sha256(unit.encode()).digest()[0] for unit in units.unique()}
        is_holdout = units.map(hashes).astype("int") % HOLDOUT_EVERY == 0
    return frame[~is_holdout], frame[is_holdout]


def holdout_start(spec: DataSpec, frame: pd.DataFrame) -> pd.Timestamp:
    """The first day of the holdout; the time of a row if all rows are of one day."""
    times = frame[spec.time.column]  # type: ignore[union-attr]
    rows = row_days(spec, frame).value_counts().sort_index()
    if len(rows) < 2:
        return times.sort_values().iloc[len(times) - len(times) // HOLDOUT_EVERY :].min()
    fewest = MIN_HOLDOUT_DAYS if spec.unit == "day" else 1
    wanted = max(fewest, round(days_per_period(spec, frame) * HOLDOUT_SHARE))
    enough = int((rows[::-1].cumsum() < MIN_HOLDOUT_ROWS).sum()) + 1
    return rows.index[-min(max(wanted, enough), len(rows) // 2)]


def holdout_units(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """The unit of each row: its day, its entity or its key."""
    if spec.time and spec.unit == "day":
        return frame[spec.time.column].dt.date.astype(str)
    return frame[spec.entity if spec.unit == "entity" else spec.key].astype("str").fillna("")
