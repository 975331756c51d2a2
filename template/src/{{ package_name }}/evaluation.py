"""How good predictions are, compared with a baseline and in each slice. Yours to change."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.dummy import DummyClassifier, DummyRegressor

from .formatting import format_number
from .prediction import predict
from .spec import PREDICTION, PROBABILITY, DataSpec

MIN_SLICE_ROWS = 30  # the metric of a smaller slice means little
QUARTILES = 4


def row_losses(spec: DataSpec, labels: pd.Series, predictions: pd.DataFrame) -> np.ndarray:
    """The loss of each prediction. Their mean is the metric, so two models can be paired by row."""
    if not spec.is_classification:
        errors = labels.to_numpy(float) - predictions[PREDICTION].to_numpy(float)
        return np.abs(errors) if spec.metric == "mae" else errors**2
    columns = [name for name in predictions if name.startswith(PROBABILITY)]
    probabilities = predictions[columns].fillna(0.0).to_numpy()  # NaN: a class the model lacks
    classes = np.array([name.removeprefix(PROBABILITY) for name in columns])
    is_label = labels.astype(str).to_numpy()[:, None] == classes
    if spec.metric == "brier":
        return ((probabilities - is_label) ** 2).sum(axis=1) + ~is_label.any(axis=1)
    return -np.log(np.clip((probabilities * is_label).sum(axis=1), 1e-15, 1))


def fit_baseline(spec: DataSpec, rows: pd.DataFrame) -> Any:
    """A model that reads no feature: it predicts the median, the mean, or the share of a class."""
    regressor = DummyRegressor(strategy="median" if spec.metric == "mae" else "mean")
    baseline = DummyClassifier(strategy="prior") if spec.is_classification else regressor
    return baseline.fit(rows[spec.inputs], rows[spec.target])


def evaluate(
    spec: DataSpec, train_rows: pd.DataFrame, holdout: pd.DataFrame, predictions: pd.DataFrame
) -> dict[str, float]:
    """The metric of the model's predictions and of the baseline, on the holdout."""
    baseline = predict(spec, fit_baseline(spec, train_rows), holdout)
    tables = {spec.metric: predictions, f"{spec.metric}_baseline": baseline}
    losses = {name: row_losses(spec, holdout[spec.target], tables[name]) for name in tables}
    return {name: float(values.mean()) for name, values in losses.items()}


def evaluate_slices(spec: DataSpec, rows: pd.DataFrame, predictions: pd.DataFrame) -> pd.DataFrame:
    """`feature`, `value`, `rows` and the metric of each slice with enough rows, the worst first."""
    losses = pd.Series(row_losses(spec, rows[spec.target], predictions), index=rows.index)
    slices = []
    for name in spec.columns("number", "date", "category", "boolean"):
        groups = losses.groupby(slice_values(rows[name])).agg(["size", "mean"])
        slices += [(name, *group) for group in groups.itertuples()]
    table = pd.DataFrame(slices, columns=["feature", "value", "rows", spec.metric])
    table = table[table["rows"].between(MIN_SLICE_ROWS, len(rows) - 1)]
    return table.sort_values(spec.metric, ascending=False, ignore_index=True)


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
