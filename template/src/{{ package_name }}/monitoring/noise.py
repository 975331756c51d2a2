"""How high drift scores are without drift: few rows are never quite like the training rows."""

import numpy as np
import pandas as pd

from ..spec import DataSpec
from .drift import drift_scores

DRAWS, DRAWN_ROWS, REFERENCE_ROWS = 40, 200, 2000
QUANTILE = 0.99  # of the scores without drift


def drift_thresholds(
    spec: DataSpec, reference: pd.DataFrame, rows: int, lowest: float
) -> dict[str, float]:
    """The score from which each feature of so many rows has drifted; never below `lowest`.

    Scores without drift fall with the root of the number of rows, so few rows are drawn.
    """
    if reference.empty or not rows:
        return {}
    sample = reference.sample(min(REFERENCE_ROWS, len(reference)), random_state=0)
    drawn_rows = min(rows, DRAWN_ROWS)
    draws = [sample.sample(drawn_rows, replace=True, random_state=seed) for seed in range(DRAWS)]
    scores = pd.DataFrame([drift_scores(spec, drawn, sample) for drawn in draws])
    noise = scores.quantile(QUANTILE) * np.sqrt(drawn_rows / rows)
    return {str(name): max(lowest, float(score)) for name, score in noise.items()}
