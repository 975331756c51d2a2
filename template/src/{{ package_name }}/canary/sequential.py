"""A test of a mean that may be looked at after every unit and stopped at any time. Pure.

The t-test of Lai (1976) as an e-process, with a normal prior on mean / deviation: Wang and Ramdas,
"Anytime-valid t-tests and confidence sequences for Gaussian means with unknown variance" (2025).
Whatever the number of looks, an error happens with at most the probability `error_rate`.
"""

from typing import Any

import numpy as np

PRIOR = 4.0  # the precision of the prior: it expects means of half a deviation


def log_e_value(units: Any, total: Any, squares: Any) -> Any:
    """The logarithm of the evidence against a mean of zero, from sums of values and of squares."""
    shrunk = units + PRIOR
    share = np.divide(total**2, shrunk * squares, out=np.zeros_like(squares), where=squares > 0)
    return 0.5 * np.log(PRIOR / shrunk) - 0.5 * units * np.log1p(-share)


def confidence_interval(values: Any, error_rate: float) -> tuple[float, float, float]:
    """(mean, low, high): all means that the values do not contradict; infinite for few values."""
    values = np.asarray(values, dtype="float64")
    units = len(values)
    if units == 0:
        return float("nan"), -np.inf, np.inf
    mean, shrunk = float(values.mean()), units + PRIOR
    limit = 1 - (error_rate**2 * PRIOR / shrunk) ** (1 / units)
    room = units - limit * shrunk
    if room <= 0:
        return mean, -np.inf, np.inf
    spread = ((values - mean) ** 2).sum()
    width = float(np.sqrt(limit * shrunk * spread / (units * room)))
    return mean, mean - width, mean + width
