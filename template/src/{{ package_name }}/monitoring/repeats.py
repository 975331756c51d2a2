"""How often a number repeats one value: a sensor that is stuck sends the same one all the time."""

import pandas as pd

from ..periods import row_periods
from ..spec import DataSpec

MAX_ROWS = 10_000  # to count: more change little
MIN_ROWS = 30  # known values of a period, to say how often one repeats


def repeat_share(values: pd.Series) -> float:
    """The share of the most frequent value among the known ones; 0 if none is known."""
    known = values.dropna()
    counts = known.iloc[:: max(1, len(known) // MAX_ROWS)].value_counts(sort=False)
    return float(counts.max() / counts.sum()) if len(counts) else 0.0


def repeat_increases(
    spec: DataSpec, rows: pd.DataFrame, reference: pd.DataFrame
) -> dict[str, float]:
    """feature -> how much higher its share is than in any training period, of the numbers."""
    periods = [each for _, each in reference.groupby(row_periods(spec, reference))]
    increases = {}
    for name in spec.columns("number"):
        known = [each[name] for each in periods if each[name].count() >= MIN_ROWS]
        if known and rows[name].count() >= MIN_ROWS:
            increases[name] = repeat_share(rows[name]) - max(map(repeat_share, known))
    return increases
