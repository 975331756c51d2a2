"""The best parameters against the defaults, on rows that no trial has seen."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..evaluation import RESAMPLES, estimate_loss, to_metric
from ..holdout import holdout_units
from ..metrics import Estimate, resample_means
from .problem import Problem, evaluate_splits

MIN_UNITS = 5  # an interval from fewer days or entities means nothing


@dataclass(frozen=True)
class Comparison:
    """Two models on the same rows; the difference is paired by row."""

    default: Estimate
    best: Estimate
    difference: Estimate  # negative if the best parameters are better
    units: int

    @property
    def is_better(self) -> bool:
        """Whether the whole interval of the difference is below zero."""
        return self.units >= MIN_UNITS and self.difference.high < 0


def compare(problem: Problem, default: dict[str, Any], best: dict[str, Any]) -> Comparison:
    """Fit both on the same rows, and resample days or entities."""
    spec = problem.spec
    losses = np.stack(
        [
            np.concatenate([*evaluate_splits(problem, params, problem.unseen)])
            for params in (default, best)
        ]
    )
    rows = {split.name: split.rows for split in problem.unseen}
    units = holdout_units(spec, pd.concat(rows.values())).to_numpy()
    periods = np.repeat([*rows], [len(each) for each in rows.values()])
    means = resample_means(losses, units, RESAMPLES)
    metrics = np.vectorize(lambda mean: to_metric(spec, mean))(means)
    low, high = np.quantile(metrics[1] - metrics[0], [0.025, 0.975])
    first, second = (estimate_loss(spec, each, units, periods) for each in losses)
    difference = Estimate(second.value - first.value, float(low), float(high))
    return Comparison(first, second, difference, len(np.unique(units)))
