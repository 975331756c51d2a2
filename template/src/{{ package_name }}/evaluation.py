"""How good predictions are, row by row, and how good a guess would be. Yours to change."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.dummy import DummyClassifier, DummyRegressor

from .prediction import predict
from .spec import ANSWER, CHANCE, DataSpec


def losses(spec: DataSpec, truth: pd.Series, answers: pd.DataFrame) -> np.ndarray:
    """The loss of each answer, shape (rows,); the metric is their mean, so models can be paired."""
    if not spec.classes:
        error = truth.to_numpy(float) - answers[ANSWER].to_numpy(float)
        return np.abs(error) if spec.metric == "mae" else error**2
    columns = [name for name in answers if name.startswith(CHANCE)]
    chances = answers[columns].fillna(0.0).to_numpy()  # a class that a model never saw
    labels = np.array([name.removeprefix(CHANCE) for name in columns])
    happened = truth.astype(str).to_numpy()[:, None] == labels
    if spec.metric == "brier":
        return ((chances - happened) ** 2).sum(axis=1) + ~happened.any(axis=1)
    return -np.log(np.clip((chances * happened).sum(axis=1), 1e-15, 1))


def guess(spec: DataSpec, fitting: pd.DataFrame) -> Any:
    """A fitted model that looks at no feature: median or mean, or the share of each class."""
    middle = DummyRegressor(strategy="median" if spec.metric == "mae" else "mean")
    kind = DummyClassifier(strategy="prior") if spec.classes else middle
    return kind.fit(fitting[list(spec.features)], fitting[spec.target])


def evaluate(
    spec: DataSpec, model: Any, fitting: pd.DataFrame, held: pd.DataFrame
) -> dict[str, float]:
    """The metric of the model and of a guess, on rows neither was fitted on."""
    judged = {spec.metric: model, f"{spec.metric}_guess": guess(spec, fitting)}
    return {
        name: float(losses(spec, held[spec.target], predict(spec, each, held)).mean())
        for name, each in judged.items()
    }
