"""Measures how far the rows of a period are from the rows a model was trained on."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance

from ..spec import DataSpec


def drift_scores(
    spec: DataSpec, current: pd.DataFrame, reference: pd.DataFrame
) -> dict[str, float]:
    """The drift score of each feature: 0 means no drift.

    Numbers, dates and lengths of texts: the Wasserstein distance in standard deviations of the
    reference. Categories and booleans: the Jensen-Shannon distance. Missing values are ignored.
    """
    scores = {}
    for name, feature in spec.features.items():
        values, reference_values = current[name].dropna(), reference[name].dropna()
        if len(values) and len(reference_values):
            convert, score = SCORES[feature.type]
            scores[name] = score(convert(values), convert(reference_values))
    return scores


def wasserstein_score(current: pd.Series, reference: pd.Series) -> float:
    deviation = float(reference.std()) or 1.0
    return float(wasserstein_distance(current, reference)) / deviation


def jensen_shannon_score(current: pd.Series, reference: pd.Series) -> float:
    shares = current.value_counts(normalize=True)
    shares, reference_shares = shares.align(reference.value_counts(normalize=True), fill_value=0.0)
    distance = jensenshannon(shares.to_numpy(), reference_shares.to_numpy(), base=2)
    return float(np.nan_to_num(distance))


def unchanged(column: pd.Series) -> pd.Series:
    return column


def hours_since_epoch(column: pd.Series) -> pd.Series:
    return (column - pd.Timestamp(0)) / pd.Timedelta(hours=1)


def text_lengths(column: pd.Series) -> pd.Series:
    return column.str.len()


Convert = Callable[[pd.Series], pd.Series]
Score = Callable[[pd.Series, pd.Series], float]
SCORES: dict[str, tuple[Convert, Score]] = {
    "number": (unchanged, wasserstein_score),
    "date": (hours_since_epoch, wasserstein_score),
    "text": (text_lengths, wasserstein_score),
    "category": (unchanged, jensen_shannon_score),
    "boolean": (unchanged, jensen_shannon_score),
}
