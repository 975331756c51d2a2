"""The days of a period."""

from datetime import datetime

import pandas as pd

from ..spec import DataSpec

FORMATS = {"day": "%Y-%m-%d", "week": "%G-W%V-%u", "month": "%Y-%m", "year": "%Y"}
LENGTHS = {
    "day": {"days": 1},
    "week": {"weeks": 1},
    "month": {"months": 1},
    "quarter": {"months": 3},
    "year": {"years": 1},
}


def period_days(spec: DataSpec, period: str) -> tuple[str | None, str | None]:
    """(the first day, the day after the last one); None if rows have no time.

    ValueError for a text that is no period.
    """
    if spec.time is None:
        return None, None
    kind = spec.time.period
    if kind == "quarter":
        year, quarter = period.split("-Q")
        first = datetime(int(year), 3 * int(quarter) - 2, 1)
    else:
        first = datetime.strptime(f"{period}-1" if kind == "week" else period, FORMATS[kind])
    after = pd.Timestamp(first) + pd.DateOffset(**LENGTHS[kind])
    return f"{first:%Y-%m-%d}", f"{after:%Y-%m-%d}"
