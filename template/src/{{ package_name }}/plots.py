"""Plots of the errors of a model on the holdout. Yours to change."""

import warnings
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay, PredictionErrorDisplay

from .spec import PREDICTION, DataSpec

MAX_SLICES = 15
MAX_POINTS = 2000
MAX_LABEL = 32  # characters
STYLE = {"figure.figsize": (8, 5), "figure.constrained_layout.use": True, "text.parse_math": False}


def save_plots(
    spec: DataSpec,
    holdout: pd.DataFrame,
    predictions: pd.DataFrame,
    slices: pd.DataFrame,
    folder: Path,
) -> None:
    """Write `errors.png`, `slices.png`, and `slices.csv` with all slices."""
    slices.to_csv(folder / "slices.csv", index=False)
    plot_errors = plot_confusion if spec.is_classification else plot_actual_against_predicted
    with warnings.catch_warnings(), mpl.rc_context(STYLE):
        warnings.simplefilter("ignore")  # about characters that the font lacks
        plot_errors(holdout[spec.target], predictions[PREDICTION]).savefig(folder / "errors.png")
        plot_slices(slices.head(MAX_SLICES), spec.metric).savefig(folder / "slices.png")


def plot_actual_against_predicted(labels: pd.Series, values: pd.Series) -> Figure:
    figure = Figure()
    PredictionErrorDisplay.from_predictions(
        labels.to_numpy(float),
        values.to_numpy(float),
        kind="actual_vs_predicted",
        subsample=MAX_POINTS,
        random_state=0,
        scatter_kwargs={"alpha": 0.3, "s": 8},
        ax=figure.subplots(),
    )
    return figure


def plot_confusion(labels: pd.Series, classes: pd.Series) -> Figure:
    """For each true class, the share of its rows predicted as each class."""
    figure = Figure()
    names = sorted({*labels.astype(str), *classes.astype(str)})
    ConfusionMatrixDisplay.from_predictions(
        labels.astype(str),
        classes.astype(str),
        labels=names,
        display_labels=[name[:MAX_LABEL] for name in names],
        normalize="true",
        values_format=".2f",
        include_values=len(names) <= 12,
        xticks_rotation="vertical",
        cmap="Blues",
        ax=figure.subplots(),
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
