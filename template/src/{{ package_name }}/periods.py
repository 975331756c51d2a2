"""Divide rows into periods."""

import re
from collections.abc import Collection

import pandas as pd

from .errors import InputError
from .spec import NO_TIME, DataSpec

PATTERNS = {
    "day": r"\d{4}-\d\d-\d\d",
    "week": r"\d{4}-W\d\d",
    "month": r"\d{4}-\d\d",
    "quarter": r"\d{4}-Q\d",
    "year": r"\d{4}",
}
FORMATS = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "quarter": "%Y-Q", "year": "%Y"}


def row_periods(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """The period of each row, as text that sorts by time; rows without a time have the same one."""
    if spec.time is None:
        return pd.Series(NO_TIME, index=frame.index)
    days = frame[spec.time.column].dt.normalize()
    distinct = days.drop_duplicates()  # formatting a date is slow, and there are few days
    names = distinct.dt.strftime(FORMATS[spec.time.period])
    if spec.time.period == "quarter":
        names += distinct.dt.quarter.astype("str")
    return days.map(dict(zip(distinct, names, strict=True))).astype("str")


def is_period(spec: DataSpec, name: str) -> bool:
    """Whether a text is the name of a period as declared."""
    pattern = PATTERNS[spec.time.period] if spec.time else NO_TIME
    return re.fullmatch(pattern, name) is not None


def days_per_period(spec: DataSpec, frame: pd.DataFrame) -> int:
    """How many days have rows in the fullest period; 1 if rows have no time."""
    if spec.time is None or frame.empty:
        return 1
    days = frame[[spec.time.column]].assign(**{spec.time.column: row_days(spec, frame)})
    return int(row_periods(spec, days.drop_duplicates()).value_counts().max())


def row_days(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """The day of each row."""
    return frame[spec.time.column].dt.normalize()  # type: ignore[union-attr]


def check_period(spec: DataSpec, frame: pd.DataFrame, period: str) -> str:
    """The period itself; InputError if it has no rows."""
    known = {*row_periods(spec, frame)}
    if period not in known:
        raise InputError(f"there are no data of {period}: {describe_periods(spec, known)}")
    return period


def describe_periods(spec: DataSpec, known: Collection[str]) -> str:
    """Which periods have rows."""
    if spec.time is None:
        return f"conf/data.yml declares no time, so `{NO_TIME}` is the only period"
    return f"they run from {min(known)} to {max(known)}"
