"""Measures how far the rows of a period are from the rows a model was trained on.

Rows are read in parts and only counted, so the memory does not grow with them.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy.spatial.distance import jensenshannon

from ..spec import DataSpec, Feature

BINS = 256  # of equally many reference rows, and as many of equal width


def drift_scores(
    spec: DataSpec, current: pd.DataFrame | Iterable[pd.DataFrame], reference: pd.DataFrame
) -> dict[str, float]:
    """The drift score of each feature: 0 means no drift. `current` may come in parts.

    Numbers, dates and lengths of texts: the Wasserstein distance in standard deviations of the
    reference. Categories and booleans: the Jensen-Shannon distance. Missing values are ignored.
    """
    columns: dict[str, tuple[Any, Any]] = {}  # two `Counts`, or two `Histogram`s
    for name, feature in spec.features.items():
        values = convert(feature, reference[name])
        if len(values):
            create = Histogram if feature.type in NUMBERS else Counts
            columns[name] = create(values), create(values)
            columns[name][1].add(values)
    for part in [current] if isinstance(current, pd.DataFrame) else current:
        for name, (distribution, _) in columns.items():
            distribution.add(convert(spec.features[name], part[name]))
    return {name: one.distance(other) for name, (one, other) in columns.items() if one.rows}


def convert(feature: Feature, column: pd.Series) -> pd.Series:
    """The values to compare, without the missing ones."""
    values = column.dropna()
    return NUMBERS[feature.type](values) if feature.type in NUMBERS else values


class Counts:
    """How often each value of a category occurs."""

    def __init__(self, _: pd.Series) -> None:
        self.counts: Counter[Any] = Counter()

    def add(self, values: pd.Series) -> None:
        self.counts.update(values.value_counts().to_dict())

    @property
    def rows(self) -> int:
        return self.counts.total()

    def distance(self, reference: Self) -> float:
        names = [*self.counts.keys() | reference.counts.keys()]
        shares = [[each.counts[name] / each.rows for name in names] for each in (self, reference)]
        return float(np.nan_to_num(jensenshannon(*shares, base=2)))


class Histogram:
    """How many numbers lie in each bin of the reference, and their sum.

    Both give the area under the distribution function between two edges, so the Wasserstein
    distance is exact but within bins in which the two functions cross.
    """

    def __init__(self, reference: pd.Series) -> None:
        values = reference.to_numpy("float64")
        quantiles = np.quantile(values, np.linspace(0, 1, BINS + 1), method="nearest")
        self.edges = np.unique([*quantiles, *np.linspace(quantiles[0], quantiles[-1], BINS + 1)])
        deviation = float(reference.std())
        self.deviation = deviation if deviation > 0 else 1.0
        self.counts = np.zeros(len(self.edges) + 1)
        self.excess = np.zeros(len(self.edges) + 1)  # the sum of the distances to an edge

    def add(self, values: pd.Series) -> None:
        numbers = np.sort(values.to_numpy("float64"))  # faster than to search each of them
        counts = np.diff(np.searchsorted(numbers, self.edges), prepend=0, append=len(numbers))
        ends = np.append(self.edges, self.edges[-1])
        distances = np.abs(np.repeat(ends, counts) - numbers)
        self.counts += counts
        bins = np.repeat(np.arange(len(counts)), counts)
        self.excess += np.bincount(bins, distances, minlength=len(counts))

    @property
    def rows(self) -> float:
        return float(self.counts.sum())

    def areas(self) -> np.ndarray:
        """Under the distribution function below the first edge, between edges, above the last."""
        widths = np.concatenate([[0.0], np.diff(self.edges), [0.0]])
        below = np.cumsum(self.counts) - self.counts
        return (widths * below + self.excess) / self.rows

    def distance(self, reference: Self) -> float:
        return float(np.abs(self.areas() - reference.areas()).sum() / self.deviation)


def hours_since_epoch(column: pd.Series) -> pd.Series:
    return (column - pd.Timestamp(0)) / pd.Timedelta(hours=1)


NUMBERS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "number": lambda column: column,
    "date": hours_since_epoch,
    "text": lambda column: column.str.len(),
}
