"""The newest days of rows, and the days that rows cover."""

import pandas as pd

from ..spec import DataSpec


def newest_days(spec: DataSpec, frame: pd.DataFrame, window: int) -> pd.DataFrame:
    """The rows of the newest `window` days that have rows; all rows if they have no time."""
    if spec.time is None or frame.empty:
        return frame
    days = frame[spec.time.column].dt.normalize()
    return frame[days.isin(days.drop_duplicates().nlargest(window))]


def describe_days(spec: DataSpec, frame: pd.DataFrame) -> str | None:
    """The first and the last day of the rows: `2013-01-01 to 2013-01-31`."""
    if frame.empty or spec.time is None:
        return None if frame.empty else "all"
    times = frame[spec.time.column]
    return f"{times.min().date()} to {times.max().date()}"
