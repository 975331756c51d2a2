"""The usual metrics of a model, each with an interval. They inform; the declared metric decides."""

from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass

import numpy as np
import pandas as pd

from .spec import PREDICTION, PROBABILITY, DataSpec

RESAMPLES = 200
MAX_ROWS = 50_000  # of more rows, a sample is enough for these metrics
CALIBRATION = "calibration_error"
BINS = 10  # of predicted probabilities, for the calibration error
Weights = np.ndarray  # how often each row is drawn
Measure = Callable[[Weights], float]


@dataclass(frozen=True)
class Estimate:
    """A metric with its 95 % interval."""

    value: float
    low: float
    high: float


def estimate_metrics(
    spec: DataSpec,
    labels: pd.Series,
    predictions: pd.DataFrame,
    units: np.ndarray,
    periods: np.ndarray | None = None,
) -> dict[str, Estimate]:
    """name -> the usual metrics, without those that these rows do not define.

    Whole units are resampled: the rows of a day are alike.
    """
    kept = np.arange(len(labels))
    if len(kept) > MAX_ROWS:
        kept = np.random.default_rng(0).choice(kept, MAX_ROWS, replace=False)
    labels, predictions = labels.iloc[kept], predictions.iloc[kept]
    measure = class_measures if spec.is_classification else number_measures
    measures = measure(labels, predictions)
    index, draws = draw_units(units[kept], None if periods is None else periods[kept], RESAMPLES)
    weights = [drawn[index].astype(float) for drawn in draws]
    found = {
        name: estimate(measure, weights, len(labels), has_noise=name == CALIBRATION)
        for name, measure in measures.items()
    }
    return {name: each for name, each in found.items() if np.isfinite(astuple(each)).all()}


def estimate(measure: Measure, weights: list[Weights], rows: int, has_noise: bool) -> Estimate:
    """With noise, each resample raises the measure, and the interval is moved back by that."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = measure(np.ones(rows))
        drawn = [each for each in map(measure, weights) if np.isfinite(each)]
        low, high = np.quantile(drawn, [0.025, 0.975]) if drawn else (np.nan, np.nan)
        if has_noise:
            noise = np.mean(drawn) - value
            low, high = max(0.0, low - noise), high - noise
        return Estimate(value, float(low), float(high))


def draw_units(
    units: np.ndarray, periods: np.ndarray | None, resamples: int
) -> tuple[np.ndarray, Iterator[np.ndarray]]:
    """(the number of the unit of each row, for each resample how often each unit is drawn).

    With periods, periods are drawn first, and then units of each: the next period will differ, too.
    """
    names = pd.MultiIndex.from_arrays([units if periods is None else periods, units])
    index, unique = names.factorize(sort=True)
    groups = pd.factorize(unique.get_level_values(0))[0] if periods is not None else None
    random = np.random.default_rng(0)

    def draw() -> np.ndarray:
        if groups is None:
            drawn = random.integers(0, len(unique), len(unique))
        else:
            chosen = random.integers(0, groups.max() + 1, groups.max() + 1)
            members = [np.flatnonzero(groups == group) for group in chosen]
            drawn = np.concatenate([random.choice(each, len(each)) for each in members])
        return np.bincount(drawn, minlength=len(unique))

    return index, (draw() for _ in range(resamples))


def resample_means(
    values: np.ndarray, units: np.ndarray, resamples: int, periods: np.ndarray | None = None
) -> np.ndarray:
    """The mean of each resample; the last axis of `values` is the rows, and is resampled."""
    index, draws = draw_units(units, periods, resamples)
    sizes = np.bincount(index)
    sums = np.stack([np.bincount(index, weights=each) for each in np.atleast_2d(values)])
    means = [(sums * drawn).sum(axis=1) / (sizes * drawn).sum() for drawn in draws]
    return np.array(means).T.reshape(*np.shape(values)[:-1], resamples)


def number_measures(labels: pd.Series, predictions: pd.DataFrame) -> dict[str, Measure]:
    """MAE, RMSE, R² and, where every label is well above zero, MAPE."""
    truth, predicted = labels.to_numpy(float), predictions[PREDICTION].to_numpy(float)
    errors = predicted - truth

    def r2(weights: Weights) -> float:
        spread = (truth - np.average(truth, weights=weights)) ** 2
        return float(1 - (weights * errors**2).sum() / (weights * spread).sum())

    measures: dict[str, Measure] = {
        "mae": lambda weights: float(np.average(np.abs(errors), weights=weights)),
        "rmse": lambda weights: float(np.sqrt(np.average(errors**2, weights=weights))),
        "r2": r2,
    }
    if truth.min() > 0.05 * np.median(truth):  # a division by almost zero would decide
        ratios = np.abs(errors / truth)
        measures["mape"] = lambda weights: float(np.average(ratios, weights=weights))
    return measures


def class_measures(labels: pd.Series, predictions: pd.DataFrame) -> dict[str, Measure]:
    """Accuracy, F1, ROC AUC, PR AUC, log loss and calibration error.

    With two classes, F1 and the areas are those of the rarer class; with more, the mean of all.
    """
    probabilities = predictions.filter(regex=f"^{PROBABILITY}").fillna(0.0)
    names = [name.removeprefix(PROBABILITY) for name in probabilities]
    truth = labels.astype(str).to_numpy()
    predicted = predictions[PREDICTION].astype(str).to_numpy()
    known = [name for name in pd.Series(truth).value_counts(ascending=True).index if name in names]
    shown = known[:1] if len(names) == 2 else known
    columns = {name: probabilities[PROBABILITY + name].to_numpy() for name in shown}
    is_class = {name: truth == name for name in shown}
    own = (probabilities.to_numpy() * (truth[:, None] == np.array(names))).sum(axis=1)
    losses, right = -np.log(np.clip(own, 1e-15, 1)), truth == predicted
    f1 = [f1_measure(truth == name, predicted == name) for name in shown]
    ranked = [ranking(is_class[name], columns[name]) for name in shown]
    return {
        "accuracy": lambda weights: float(np.average(right, weights=weights)),
        "f1": lambda weights: mean(each(weights) for each in f1),
        "roc_auc": lambda weights: mean(each(weights)[0] for each in ranked),
        "pr_auc": lambda weights: mean(each(weights)[1] for each in ranked),
        "log_loss": lambda weights: float(np.average(losses, weights=weights)),
        CALIBRATION: calibration_measure(is_class, columns),
    }


def mean(values: Iterator[float]) -> float:
    return float(np.mean(list(values)))


def f1_measure(truth: np.ndarray, predicted: np.ndarray) -> Measure:
    both, either = truth & predicted, truth.astype(int) + predicted
    return lambda weights: float(2 * (weights * both).sum() / max((weights * either).sum(), 1e-12))


def ranking(truth: np.ndarray, scores: np.ndarray) -> Callable[[Weights], tuple[float, float]]:
    """A function that returns the areas below the ROC curve and the precision-recall curve."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    positive = truth[order]

    def areas(weights: Weights) -> tuple[float, float]:
        drawn = weights[order]
        hits = np.concatenate([[0.0], np.cumsum(drawn * positive)[ends]])
        misses = np.concatenate([[0.0], np.cumsum(drawn * ~positive)[ends]])
        roc = np.trapezoid(hits, misses) / (hits[-1] * misses[-1])
        precision = hits[1:] / np.maximum(hits[1:] + misses[1:], 1e-12)
        return float(roc), float((np.diff(hits) * precision).sum() / hits[-1])

    return areas


def calibration_measure(
    truth: dict[str, np.ndarray], probabilities: dict[str, np.ndarray]
) -> Measure:
    """The mean distance between predicted probabilities and shares, in bins of probabilities."""
    gaps = [probabilities[name] - truth[name] for name in truth]
    bins = [np.minimum((each * BINS).astype(int), BINS - 1) for each in probabilities.values()]

    def calibration_error(weights: Weights) -> float:
        sums = [
            np.abs(np.bincount(each, weights=weights * gap)).sum()
            for each, gap in zip(bins, gaps, strict=True)
        ]
        return float(np.mean(sums) / weights.sum())

    return calibration_error
