"""Plots of the errors of a model on the holdout. Yours to change."""

import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay, PredictionErrorDisplay

from .spec import PREDICTION, DataSpec

MAX_SLICES, MAX_POINTS, MAX_LABEL = 15, 2000, 32
STYLE: Any = {"figure.figsize": (8, 5), "figure.constrained_layout.use": True}


def save_plots(
    spec: DataSpec,
    holdout: pd.DataFrame,
    predictions: pd.DataFrame,
    slices: pd.DataFrame,
    folder: Path,
) -> None:
    """Write `errors.png`, `slices.png`, and `slices.csv` with all slices."""
    slices.to_csv(folder / "slices.csv", index=False)
    plot_errors = plot_classes if spec.is_classification else plot_numbers
    with warnings.catch_warnings(), mpl.rc_context({**STYLE, "text.parse_math": False}):
        warnings.simplefilter("ignore")  # about characters that the font lacks
        plot_errors(holdout[spec.target], predictions[PREDICTION]).savefig(folder / "errors.png")
        plot_slices(slices.head(MAX_SLICES), spec.metric).savefig(folder / "slices.png")


def plot_numbers(labels: pd.Series, values: pd.Series) -> Figure:
    """The labels against the predictions."""
    figure = Figure()
    points = {"subsample": MAX_POINTS, "random_state": 0, "scatter_kwargs": {"alpha": 0.3, "s": 8}}
    PredictionErrorDisplay.from_predictions(
        labels.to_numpy(float), values, kind="actual_vs_predicted", ax=figure.subplots(), **points
    )
    return figure


def plot_classes(labels: pd.Series, classes: pd.Series) -> Figure:
    """The share of each true class that was predicted as each class."""
    figure = Figure()
    shares = {"normalize": "true", "values_format": ".2f", "include_values": labels.nunique() <= 12}
    ConfusionMatrixDisplay.from_predictions(
        labels.astype("str"), classes, xticks_rotation="vertical", ax=figure.subplots(), **shares
    )
    return figure


def plot_slices(slices: pd.DataFrame, metric: str) -> Figure:
    """The metric of each slice, the worst on top."""
    figure = Figure()
    axes = figure.subplots()
    names = [f"{part.feature} = {part.value}"[:MAX_LABEL] for part in slices.itertuples()]
    axes.barh(range(len(slices)), slices[metric], tick_label=names)
    axes.invert_yaxis()
    axes.set(xlabel=metric, title="worst slices of the holdout")
    return figure
