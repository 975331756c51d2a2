"""How often a number repeats one value: a sensor that is stuck sends the same one all the time."""

import pandas as pd

from ..periods import row_periods
from ..spec import DataSpec

MAX_ROWS = 10_000  # to count: more change little
MIN_ROWS = 30  # known values of a training period, to say how often one repeats


def repeat_share(values: pd.Series) -> float:
    """The share of the most frequent value among the known ones; 0 if none is known."""
    known = values.dropna()
    counts = known.iloc[:: max(1, len(known) // MAX_ROWS)].value_counts(sort=False)
    return float(counts.max() / counts.sum()) if len(counts) else 0.0


def usual_repeats(spec: DataSpec, reference: pd.DataFrame) -> dict[str, float]:
    """feature -> the highest share in a training period, of the numbers with enough values."""
    periods = [rows for _, rows in reference.groupby(row_periods(spec, reference))]
    shares = {
        name: [repeat_share(rows[name]) for rows in periods if rows[name].count() >= MIN_ROWS]
        for name in spec.columns("number")
        if name in spec.features
    }
    return {name: max(each) for name, each in shares.items() if each}
