"""How far the rows of today are from those a model was trained on. Pure."""

import numpy as np
import pandas as pd
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance

from ..spec import DataSpec


def distances(spec: DataSpec, current: pd.DataFrame, reference: pd.DataFrame) -> dict[str, float]:
    """The distance of each feature: 0 is the same, and 0.1 is worth a look.

    Numbers: the Wasserstein distance in standard deviations of the reference. Categories: the
    Jensen-Shannon distance. Missing values are left out.
    """
    found = {}
    for name, feature in spec.features.items():
        now, then = current[name].dropna(), reference[name].dropna()
        if now.empty or then.empty:
            continue
        measure = shape_distance if feature.type == "number" else share_distance
        found[name] = float(measure(now, then))
    return found


def shape_distance(now: pd.Series, then: pd.Series) -> float:
    spread = float(then.std()) or 1.0
    return float(wasserstein_distance(now, then)) / spread


def share_distance(now: pd.Series, then: pd.Series) -> float:
    shares = [column.value_counts(normalize=True) for column in (now, then)]
    one, other = shares[0].align(shares[1], fill_value=0.0)
    return float(np.nan_to_num(jensenshannon(one.to_numpy(), other.to_numpy(), base=2)))
