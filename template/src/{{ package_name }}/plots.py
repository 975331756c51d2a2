"""Pictures of a run: how it errs on rows it was not fitted on, and where. Yours to change."""

import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay, PredictionErrorDisplay, RocCurveDisplay

from .evaluation import losses
from .spec import ANSWER, CHANCE, DataSpec

BARS = 15  # the worst slices
CURVES = 6  # the most frequent classes
POINTS = 2000  # rows in a picture
LONGEST = 32  # signs of a label


def draw(
    spec: DataSpec, held: pd.DataFrame, answers: pd.DataFrame, parts: pd.DataFrame, folder: Path
) -> None:
    """`errors.png`, `slices.png`, and `slices.csv` with the figures of every slice."""
    parts.to_csv(folder / "slices.csv", index=False)
    picture = classes if spec.classes else numbers
    with warnings.catch_warnings(), mpl.rc_context({"text.parse_math": False, "font.size": 9}):
        warnings.simplefilter("ignore")  # a sign that the font lacks is no error
        picture(held[spec.target], answers).savefig(folder / "errors.png", dpi=90)
        overall = float(losses(spec, held[spec.target], answers).mean())
        worst(spec.metric, parts.head(BARS), overall).savefig(folder / "slices.png", dpi=90)


def numbers(truth: pd.Series, answers: pd.DataFrame) -> Figure:
    """What happened, and what was left over, against what was predicted."""
    figure, places = canvas()
    for kind, axes in zip(("actual_vs_predicted", "residual_vs_predicted"), places, strict=True):
        PredictionErrorDisplay.from_predictions(
            truth.to_numpy(float),
            answers[ANSWER].to_numpy(float),
            kind=kind,
            subsample=POINTS,
            random_state=0,
            scatter_kwargs={"alpha": 0.3, "s": 8},
            ax=axes,
        )
        axes.set_title(kind.replace("_vs_", " against ").replace("residual", "error"))
    return figure


def classes(truth: pd.Series, answers: pd.DataFrame) -> Figure:
    """Which class is taken for which, and how well each is told from the others."""
    figure, (left, right) = canvas()
    happened = truth.astype(str)
    labels = sorted({*happened, *answers[ANSWER]})
    ConfusionMatrixDisplay.from_predictions(
        happened,
        answers[ANSWER].astype(str),
        labels=labels,
        display_labels=[short(label) for label in labels],
        normalize="true",
        values_format=".2f",
        include_values=len(labels) <= 12,
        xticks_rotation="vertical",
        cmap="Blues",
        colorbar=False,
        ax=left,
    )
    left.set_title("share of each class")
    told = [each for each in happened.value_counts().index if f"{CHANCE}{each}" in answers]
    told = told[-1:] if len(labels) == 2 else told[:CURVES]  # of two the rarer says all
    for label in told if happened.nunique() > 1 else []:
        chance = answers[f"{CHANCE}{label}"]
        RocCurveDisplay.from_predictions(happened == label, chance, name=short(label), ax=right)
    right.set_title("ROC: a class against the others")
    return figure


def worst(metric: str, parts: pd.DataFrame, overall: float) -> Figure:
    """The metric in the worst slices, beside that of all rows."""
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    axes = figure.subplots()
    names = [
        f"{short(part.feature)} = {short(part.value)} ({part.rows:,})"
        for part in parts.iloc[::-1].itertuples()
    ]
    axes.barh(range(len(parts)), parts[metric].iloc[::-1], tick_label=names)
    axes.axvline(overall, color="black", linewidth=0.8)
    axes.set(xlabel=metric, title="where it errs most (rows); the line is all rows")
    return figure


def canvas() -> tuple[Figure, Any]:
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    return figure, figure.subplots(1, 2)


def short(label: object) -> str:
    text = str(label)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
