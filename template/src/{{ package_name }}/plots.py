"""Pictures of a run: how it errs on rows it was not fitted on, and where. Yours to change."""

import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay, PredictionErrorDisplay, RocCurveDisplay

from .evaluation import row_losses
from .spec import PREDICTION, PROBABILITY, DataSpec

MAX_SLICES = 15  # the worst slices
MAX_CURVES = 6  # the most frequent classes
MAX_POINTS = 2000  # rows in a picture
MAX_LABEL = 32  # signs of a label


def draw_plots(
    spec: DataSpec, held: pd.DataFrame, answers: pd.DataFrame, parts: pd.DataFrame, folder: Path
) -> None:
    """`errors.png`, `slices.png`, and `slices.csv` with the figures of every slice."""
    parts.to_csv(folder / "slices.csv", index=False)
    picture = plot_classes if spec.is_classification else plot_numbers
    with warnings.catch_warnings(), mpl.rc_context({"text.parse_math": False, "font.size": 9}):
        warnings.simplefilter("ignore")  # a sign that the font lacks is no error
        picture(held[spec.target], answers).savefig(folder / "errors.png", dpi=90)
        overall = float(row_losses(spec, held[spec.target], answers).mean())
        plot_worst_slices(spec.metric, parts.head(MAX_SLICES), overall).savefig(
            folder / "slices.png", dpi=90
        )


def plot_numbers(truth: pd.Series, answers: pd.DataFrame) -> Figure:
    """What happened, and what was left over, against what was predicted."""
    figure, places = two_plots()
    for kind, axes in zip(("actual_vs_predicted", "residual_vs_predicted"), places, strict=True):
        PredictionErrorDisplay.from_predictions(
            truth.to_numpy(float),
            answers[PREDICTION].to_numpy(float),
            kind=kind,
            subsample=MAX_POINTS,
            random_state=0,
            scatter_kwargs={"alpha": 0.3, "s": 8},
            ax=axes,
        )
        axes.set_title(kind.replace("_vs_", " against ").replace("residual", "error"))
    return figure


def plot_classes(truth: pd.Series, answers: pd.DataFrame) -> Figure:
    """Which class is taken for which, and how well each is told from the others."""
    figure, (left, right) = two_plots()
    happened = truth.astype(str)
    labels = sorted({*happened, *answers[PREDICTION]})
    ConfusionMatrixDisplay.from_predictions(
        happened,
        answers[PREDICTION].astype(str),
        labels=labels,
        display_labels=[shorten(label) for label in labels],
        normalize="true",
        values_format=".2f",
        include_values=len(labels) <= 12,
        xticks_rotation="vertical",
        cmap="Blues",
        colorbar=False,
        ax=left,
    )
    left.set_title("share of each class")
    told = [each for each in happened.value_counts().index if f"{PROBABILITY}{each}" in answers]
    told = told[-1:] if len(labels) == 2 else told[:MAX_CURVES]  # of two the rarer says all
    for label in told if happened.nunique() > 1 else []:
        chance = answers[f"{PROBABILITY}{label}"]
        RocCurveDisplay.from_predictions(happened == label, chance, name=shorten(label), ax=right)
    right.set_title("ROC: a class against the others")
    return figure


def plot_worst_slices(metric: str, parts: pd.DataFrame, overall: float) -> Figure:
    """The metric in the worst slices, beside that of all rows."""
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    axes = figure.subplots()
    names = [
        f"{shorten(part.feature)} = {shorten(part.value)} ({part.rows:,})"
        for part in parts.iloc[::-1].itertuples()
    ]
    axes.barh(range(len(parts)), parts[metric].iloc[::-1], tick_label=names)
    axes.axvline(overall, color="black", linewidth=0.8)
    axes.set(xlabel=metric, title="where it errs most (rows); the line is all rows")
    return figure


def two_plots() -> tuple[Figure, Any]:
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    return figure, figure.subplots(1, 2)


def shorten(label: object) -> str:
    text = str(label)
    return text if len(text) <= MAX_LABEL else f"{text[: MAX_LABEL - 1]}…"
