"""How good predictions are, compared with a baseline and in each slice. Yours to change."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import xlogy
from scipy.stats import norm

from .formatting import format_number
from .metrics import Estimate, estimate_metrics, resample_means
from .spec import PREDICTION, PROBABILITY, DataSpec

MIN_SLICE_ROWS, MIN_SLICE_UNITS = 30, 5  # the metric of a smaller slice means little
CHANCE = 0.025  # that one of the slices is called worse, if none is
QUARTILES = 4
SMALLEST = 1e-9  # of a prediction that must be positive
RESAMPLES = 1000  # for the interval of the deciding metric


@dataclass(frozen=True)
class Evaluation:
    """Rows with the predictions for them, and what they are compared with."""

    rows: pd.DataFrame
    predictions: pd.DataFrame
    baseline: pd.DataFrame
    units: pd.Series  # the day, the entity or the key of each row
    periods: pd.Series


@dataclass(frozen=True)
class Training:
    """The result of a training: the models, and how good they are."""

    model: Any  # in use; fitted on all rows, those of the holdout included
    evaluated: Any  # fitted on the rows before the holdout
    fit: Callable[[pd.DataFrame], Any]
    known: pd.DataFrame  # the rows before the holdout
    holdout: Evaluation
    backtest: Evaluation | None  # with time
    cross_validation: Evaluation | None  # without time, of few rows
    params: dict[str, Any]  # with the chosen estimator

    @property
    def headline(self) -> Evaluation:
        """The evaluation that is closest to the use of the model."""
        return self.backtest or self.cross_validation or self.holdout


def row_losses(spec: DataSpec, labels: pd.Series, predictions: pd.DataFrame) -> np.ndarray:
    """The loss of each prediction. Their mean decides, so two models can be paired by row."""
    if not spec.is_classification:
        values = predictions[PREDICTION].to_numpy(float)
        return number_losses(spec, labels.to_numpy(float), values)
    columns = [name for name in predictions if name.startswith(PROBABILITY)]
    probabilities = predictions[columns].fillna(0.0).to_numpy()  # NaN: a class the model lacks
    classes = np.array([name.removeprefix(PROBABILITY) for name in columns])
    is_label = labels.astype(str).to_numpy()[:, None] == classes
    if spec.metric == "brier":
        return ((probabilities - is_label) ** 2).sum(axis=1) + ~is_label.any(axis=1)
    return -np.log(np.clip((probabilities * is_label).sum(axis=1), 1e-15, 1))


def number_losses(spec: DataSpec, labels: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Absolute, squared or quantile errors, or the deviance of a Poisson or gamma model."""
    errors = labels - values
    if spec.metric == "mae":
        return np.abs(errors)
    if spec.metric == "quantile":
        return np.maximum(spec.quantile * errors, (spec.quantile - 1) * errors)
    positive = np.maximum(values, SMALLEST)
    if spec.metric == "poisson":
        return 2 * (xlogy(labels, labels / positive) - labels + positive)
    if spec.metric == "gamma":
        return 2 * (np.log(positive / labels) + labels / positive - 1)
    return errors**2


def to_metric(spec: DataSpec, mean_loss: float) -> float:
    """The metric, from the mean of row losses."""
    return float(np.sqrt(mean_loss)) if spec.metric == "rmse" else float(mean_loss)


def evaluate(
    spec: DataSpec, evaluation: Evaluation, by_period: bool = False
) -> dict[str, Estimate]:
    """The metric of the model and of the baseline, then the usual metrics, with intervals.

    `by_period`: the intervals also include the difference between periods.
    """
    labels = evaluation.rows[spec.target]
    units = evaluation.units.to_numpy()
    periods = evaluation.periods.to_numpy() if by_period else None
    tables = {
        spec.metric: evaluation.predictions,
        f"{spec.metric}_baseline": evaluation.baseline,
    }
    estimates = {
        name: estimate_loss(spec, row_losses(spec, labels, table), units, periods)
        for name, table in tables.items()
    }
    usual = estimate_metrics(spec, labels, evaluation.predictions, units, periods)
    return estimates | {name: each for name, each in usual.items() if name not in estimates}


def evaluate_training(spec: DataSpec, training: Training) -> dict[str, Estimate]:
    """The metrics of the headline, and of the holdout; of a backtest also its worst period."""
    estimates = evaluate(spec, training.headline, by_period=training.backtest is not None)
    if training.headline is training.holdout:
        return estimates
    if training.backtest:
        worst = float(evaluate_periods(spec, training.backtest)[spec.metric].max())
        estimates[f"{spec.metric}_worst_period"] = Estimate(worst, worst, worst)
    holdout = evaluate(spec, training.holdout)
    names = (spec.metric, f"{spec.metric}_baseline")
    renamed = {name.replace(spec.metric, f"{spec.metric}_holdout"): holdout[name] for name in names}
    return estimates | renamed


def estimate_loss(
    spec: DataSpec, losses: np.ndarray, units: np.ndarray, periods: np.ndarray | None
) -> Estimate:
    """The metric of row losses, with its 95 % interval from resampled units."""
    means = resample_means(losses, units, RESAMPLES, periods)
    low, high = (to_metric(spec, mean) for mean in np.quantile(means, [0.025, 0.975]))
    return Estimate(to_metric(spec, losses.mean()), low, high)


def evaluate_periods(spec: DataSpec, evaluation: Evaluation) -> pd.DataFrame:
    """`period`, `rows`, the metric of the model and that of the baseline, of each period."""
    labels = evaluation.rows[spec.target]
    tables = {spec.metric: evaluation.predictions, "baseline": evaluation.baseline}
    losses = pd.DataFrame({name: row_losses(spec, labels, each) for name, each in tables.items()})
    groups = losses.groupby(evaluation.periods.to_numpy())
    table = groups.mean().map(lambda mean: to_metric(spec, mean))
    table.insert(0, "rows", groups.size())
    return table.rename_axis("period").reset_index()


def evaluate_slices(
    spec: DataSpec, rows: pd.DataFrame, predictions: pd.DataFrame, units: pd.Series | None = None
) -> pd.DataFrame:
    """`feature`, `value`, `rows` and the metric of each slice with enough rows, the worst first.

    `worse`: its error is higher than that of all rows, by more than the noise of its units.
    """
    losses = pd.Series(row_losses(spec, rows[spec.target], predictions), index=rows.index)
    sampled = pd.Series(rows.index, index=rows.index) if units is None else units
    slices = []
    for name in spec.columns("number", "date", "category", "boolean"):
        for value, group in losses.groupby(slice_values(rows[name])):
            if MIN_SLICE_ROWS <= len(group) < len(rows):
                excess = standard_errors(group, sampled[group.index], losses.mean())
                slices.append((name, value, len(group), group.mean(), excess))
    table = pd.DataFrame(slices, columns=["feature", "value", "rows", spec.metric, "worse"])
    table[spec.metric] = table[spec.metric].map(lambda mean: to_metric(spec, mean))
    table["worse"] = table["worse"] > norm.isf(CHANCE / max(1, len(table)))
    return table.sort_values(spec.metric, ascending=False, ignore_index=True)


def standard_errors(losses: pd.Series, units: pd.Series, mean: float) -> float:
    """By how many of its standard errors the mean of some rows is above another mean."""
    sums = (losses - losses.mean()).groupby(units).sum()
    error = np.sqrt((sums**2).sum()) / len(losses)
    excess = losses.mean() - mean
    return float(excess / max(error, 1e-12)) if len(sums) >= MIN_SLICE_UNITS else -np.inf


def slice_values(column: pd.Series) -> pd.Series:
    """The value of each row as text; the quartile where a number or date has many values."""
    if column.dtype.kind in "fM" and column.nunique() > QUARTILES:
        quartiles = pd.qcut(column, QUARTILES, duplicates="drop")
        column = quartiles.map(format_interval, na_action="ignore")
    return column.astype("str").fillna("missing")


def format_interval(interval: pd.Interval) -> str:
    ends = (interval.left, interval.right)
    is_date = isinstance(interval.left, pd.Timestamp)
    return " to ".join(f"{end:%Y-%m-%d}" if is_date else format_number(end) for end in ends)
