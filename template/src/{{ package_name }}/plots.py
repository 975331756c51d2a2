"""Plot the errors of a model on the holdout. Yours to change."""

import warnings
from io import BytesIO
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay, PredictionErrorDisplay

from .spec import DataSpec


def plot_errors(spec: DataSpec, labels: pd.Series, values: pd.Series) -> bytes:
    """A PNG file that shows the predicted values against the labels."""
    figure, png = Figure(figsize=(7, 6), layout="constrained"), BytesIO()
    with warnings.catch_warnings(), mpl.rc_context({"text.parse_math": False}):
        warnings.simplefilter("ignore")  # about characters that the font lacks
        draw = draw_classes if spec.is_classification else draw_numbers
        draw(labels, values, figure.subplots())
        figure.savefig(png, bbox_inches="tight")
    return png.getvalue()


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
