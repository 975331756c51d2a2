"""How good predictions are, row by row, and how good a guess would be. Yours to change."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.dummy import DummyClassifier, DummyRegressor

from .formatting import format_number
from .prediction import predict
from .spec import PREDICTION, PROBABILITY, DataSpec

MIN_SLICE_ROWS = 30  # rows of a slice: fewer say little
QUARTERS = 4


def row_losses(spec: DataSpec, truth: pd.Series, answers: pd.DataFrame) -> np.ndarray:
    """The loss of each answer, shape (rows,); the metric is their mean, so models can be paired."""
    if not spec.is_classification:
        error = truth.to_numpy(float) - answers[PREDICTION].to_numpy(float)
        return np.abs(error) if spec.metric == "mae" else error**2
    columns = [name for name in answers if name.startswith(PROBABILITY)]
    chances = answers[columns].fillna(0.0).to_numpy()  # a class that a model never saw
    labels = np.array([name.removeprefix(PROBABILITY) for name in columns])
    happened = truth.astype(str).to_numpy()[:, None] == labels
    if spec.metric == "brier":
        return ((chances - happened) ** 2).sum(axis=1) + ~happened.any(axis=1)
    return -np.log(np.clip((chances * happened).sum(axis=1), 1e-15, 1))


def fit_baseline(spec: DataSpec, fitting: pd.DataFrame) -> Any:
    """A fitted model that looks at no feature: median or mean, or the share of each class."""
    middle = DummyRegressor(strategy="median" if spec.metric == "mae" else "mean")
    kind = DummyClassifier(strategy="prior") if spec.is_classification else middle
    return kind.fit(fitting[list(spec.features)], fitting[spec.target])


def evaluate(
    spec: DataSpec, fitting: pd.DataFrame, held: pd.DataFrame, answers: pd.DataFrame
) -> dict[str, float]:
    """The metric of a model's answers and of a guess, on rows neither was fitted on."""
    guessed = predict(spec, fit_baseline(spec, fitting), held)
    judged = {spec.metric: answers, f"{spec.metric}_baseline": guessed}
    return {
        name: float(row_losses(spec, held[spec.target], each).mean())
        for name, each in judged.items()
    }


def format_interval(quarter: pd.Interval) -> str:
    ends = (quarter.left, quarter.right)
    return " to ".join(
        f"{e:%Y-%m-%d}" if isinstance(e, pd.Timestamp) else format_number(e) for e in ends
    )


def evaluate_slices(spec: DataSpec, held: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Parts of the rows, by the value of a feature or its quarter, that are large enough to judge.

    Columns `feature`, `value`, `rows` and the metric; the worst part first.
    """
    loss = pd.Series(row_losses(spec, held[spec.target], answers), index=held.index)
    found = []
    for name in spec.columns("number", "date", "category", "boolean"):
        values = held[name]
        if values.nunique() > QUARTERS and spec.features[name].type in ("number", "date"):
            quarters = pd.qcut(values, QUARTERS, duplicates="drop")
            values = quarters.map(format_interval, na_action="ignore")
        means = loss.groupby(values.astype("str").fillna("missing")).agg(["size", "mean"])
        found.append(means.rename_axis("value").reset_index().assign(feature=name))
    parts = pd.concat(found or [pd.DataFrame(columns=["value", "size", "mean", "feature"])])
    parts = parts[(parts["size"] >= MIN_SLICE_ROWS) & (parts["size"] < len(held))]
    parts = parts.rename(columns={"size": "rows", "mean": spec.metric})
    columns = ["feature", "value", "rows", spec.metric]
    return parts[columns].sort_values(spec.metric, ascending=False, ignore_index=True)
