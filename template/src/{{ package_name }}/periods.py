"""Cut rows by period."""

import pandas as pd

from .errors import InputError
from .spec import DataSpec

PERIOD_FORMATS = {
    "day": "%Y-%m-%d",
    "week": "%G-W%V",
    "month": "%Y-%m",
    "quarter": "%Y-Q",
    "year": "%Y",
}


def row_periods(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    """The period of each row, as text that sorts; without a time column all rows are `all`."""
    if spec.time is None:
        return pd.Series("all", index=frame.index)
    days = frame[spec.time.column].dt.normalize()
    each = days.drop_duplicates()  # days are few, and to write one is slow
    names = each.dt.strftime(PERIOD_FORMATS[spec.time.period])
    if spec.time.period == "quarter":
        names += each.dt.quarter.astype("str")
    return days.map(dict(zip(each, names, strict=True))).astype("str")


def check_period(spec: DataSpec, frame: pd.DataFrame, period: str) -> str:
    """The period itself, if there are rows of it."""
    found = sorted(row_periods(spec, frame).unique())
    if period not in found:
        raise InputError(f"there are no data of {period}: they run from {found[0]} to {found[-1]}")
    return period


def newest_days(spec: DataSpec, frame: pd.DataFrame, window: int) -> pd.DataFrame:
    """The rows of the newest `window` days that have any; all where rows have no time."""
    if spec.time is None or frame.empty:
        return frame
    found = frame[spec.time.column].dt.normalize()
    return frame[found.isin(found.drop_duplicates().nlargest(window))]


def describe_days(spec: DataSpec, frame: pd.DataFrame) -> str | None:
    """The first and the last day of the rows, in words."""
    if frame.empty or spec.time is None:
        return None if frame.empty else "all"
    found = (frame[spec.time.column].dt.date).astype(str)
    return f"{found.min()} to {found.max()}"
