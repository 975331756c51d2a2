"""Plot what a run measured. Yours to change."""

import warnings
from collections.abc import Callable
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay, PredictionErrorDisplay

from .spec import PREDICTION, PROBABILITY, DataSpec

CALIBRATION_BINS = 10
MAX_CLASSES = 4  # lines in one plot


def plot(draw: Callable[[Any], None], height: float = 4) -> bytes:
    """A PNG file with what `draw` draws."""
    figure, png = Figure(figsize=(7, height), layout="constrained"), BytesIO()
    with warnings.catch_warnings(), mpl.rc_context({"text.parse_math": False}):
        warnings.simplefilter("ignore")  # about characters that the font lacks
        draw(figure.subplots())
        figure.savefig(png)
    return png.getvalue()


def plot_errors(spec: DataSpec, labels: pd.Series, predictions: pd.DataFrame) -> bytes:
    """The predicted values against the labels."""
    draw = draw_classes if spec.is_classification else draw_numbers
    return plot(lambda axes: draw(labels, predictions[PREDICTION], axes), 6)


def draw_numbers(labels: pd.Series, values: pd.Series, axes: Any) -> None:
    points = {"subsample": 2000, "random_state": 0, "scatter_kwargs": {"alpha": 0.3, "s": 8}}
    PredictionErrorDisplay.from_predictions(
        labels.to_numpy(float), values, kind="actual_vs_predicted", ax=axes, **points
    )


def draw_classes(labels: pd.Series, values: pd.Series, axes: Any) -> None:
    """The share of each true class that was predicted as each class."""
    shares = {"normalize": "true", "values_format": ".2f", "include_values": labels.nunique() < 13}
    ConfusionMatrixDisplay.from_predictions(
        labels.astype("str"), values, xticks_rotation="vertical", ax=axes, **shares
    )


def plot_calibration(spec: DataSpec, labels: pd.Series, predictions: pd.DataFrame) -> bytes:
    """The mean label of rows with similar predictions; on the diagonal they agree."""
    if not spec.is_classification:
        pairs = {spec.target: (labels.to_numpy(float), predictions[PREDICTION].to_numpy(float))}
    else:
        names = labels.astype(str).value_counts(ascending=True).index
        known = [name for name in names if PROBABILITY + name in predictions]
        shown = known[: 1 if len(known) == 2 else MAX_CLASSES]
        is_class = {name: (labels.astype(str) == name).to_numpy(float) for name in shown}
        pairs = {
            name: (is_class[name], predictions[PROBABILITY + name].fillna(0).to_numpy(float))
            for name in shown
        }
    return plot(lambda axes: draw_calibration(pairs, spec.is_classification, axes))


def draw_calibration(pairs: dict[str, Any], are_shares: bool, axes: Any) -> None:
    for name, (truth, predicted) in pairs.items():
        bins = pd.qcut(predicted, CALIBRATION_BINS, labels=False, duplicates="drop")
        means = pd.DataFrame({"predicted": predicted, "label": truth}).groupby(bins).mean()
        axes.plot(means["predicted"], means["label"], marker="o", label=name)
    low, high = axes.get_xlim()
    axes.plot([low, high], [low, high], color="grey", linestyle=":")
    axes.set_xlabel("predicted probability" if are_shares else "predicted value")
    axes.set_ylabel("share of rows with the class" if are_shares else "mean label")
    axes.legend()


def plot_periods(metric: str, periods: pd.DataFrame) -> bytes:
    """The metric of model and baseline in each period of the backtest."""

    def draw(axes: Any) -> None:
        for column, label in ((metric, "model"), ("baseline", "baseline")):
            axes.plot(periods["period"], periods[column], marker="o", label=label)
        axes.set_ylabel(metric)
        axes.set_ylim(bottom=0)
        axes.legend()

    return plot(draw, 3.5)


def plot_importance(importance: pd.DataFrame) -> bytes:
    """How much larger the loss is if a feature is shuffled."""
    shown = importance.head(20)[::-1]

    def draw(axes: Any) -> None:
        axes.barh(shown["feature"], shown["increase"])
        axes.set_xlabel("increase of the loss when the values of the feature are shuffled")

    return plot(draw, 1.5 + 0.25 * len(shown))


def plot_learning_curve(metric: str, curve: pd.DataFrame) -> bytes:
    """The metric on the holdout for models of fewer rows."""

    def draw(axes: Any) -> None:
        axes.plot(curve["rows"], curve[metric], marker="o")
        axes.set_xlabel("rows to fit on")
        axes.set_ylabel(f"{metric} on the holdout")
        axes.set_ylim(0, 1.1 * float(np.nanmax(curve[metric])))

    return plot(draw, 3.5)
