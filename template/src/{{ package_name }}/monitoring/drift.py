"""How far the rows of today are from those a model was trained on. Pure."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance

from ..spec import DataSpec

Measure = Callable[[pd.Series, pd.Series], float]


def drift_scores(
    spec: DataSpec, current: pd.DataFrame, reference: pd.DataFrame
) -> dict[str, float]:
    """The distance of each feature: 0 is the same, and 0.1 is worth a look.

    Numbers, dates and lengths of texts: the Wasserstein distance in standard deviations of the
    reference. Categories and booleans: the Jensen-Shannon distance. Missing values are left out.
    """
    found = {}
    for name, feature in spec.features.items():
        now, then = current[name].dropna(), reference[name].dropna()
        if now.empty or then.empty:
            continue
        measure, read = MEASURES[feature.type]
        found[name] = float(measure(read(now), read(then)))
    return found


def wasserstein_score(now: pd.Series, then: pd.Series) -> float:
    spread = float(then.std()) or 1.0
    return float(wasserstein_distance(now, then)) / spread


def jensen_shannon_score(now: pd.Series, then: pd.Series) -> float:
    shares = [column.value_counts(normalize=True) for column in (now, then)]
    one, other = shares[0].align(shares[1], fill_value=0.0)
    return float(np.nan_to_num(jensenshannon(one.to_numpy(), other.to_numpy(), base=2)))


def unchanged(column: pd.Series) -> pd.Series:
    return column


def hours_since_epoch(column: pd.Series) -> pd.Series:
    return (column - pd.Timestamp(0)) / pd.Timedelta(hours=1)


MEASURES: dict[str, tuple[Measure, Callable[[pd.Series], pd.Series]]] = {
    "number": (wasserstein_score, unchanged),
    "date": (wasserstein_score, hours_since_epoch),
    "text": (wasserstein_score, lambda column: column.str.len()),
    "category": (jensen_shannon_score, unchanged),
    "boolean": (jensen_shannon_score, unchanged),
}
