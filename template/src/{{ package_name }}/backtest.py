"""The backtest: a model trained up to a period, evaluated on the next one, as it will be used."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from .baselines import predict_baseline
from .evaluation import Evaluation
from .holdout import holdout_units
from .periods import row_periods
from .prediction import predict
from .spec import DataSpec

Fit = Callable[[pd.DataFrame], Any]
MIN_TRAIN_ROWS = 30


def run_backtest(
    spec: DataSpec,
    frame: pd.DataFrame,
    fit: Fit,
    periods: int,
    max_rows: int,
    on_progress: Callable[[str], None],
) -> Evaluation | None:
    """Evaluate on the newest periods; None without time, or without a period to train on first.

    Each model is fitted on at most `max_rows` rows, the newest.
    """
    if spec.time is None or periods == 0:
        return None
    row_period = row_periods(spec, frame)
    parts = []
    for period in sorted(row_period.unique())[1:][-periods:]:
        past, rows = frame[row_period < period], frame[row_period == period]
        if len(past) >= MIN_TRAIN_ROWS and past[spec.target].nunique() > 1:
            on_progress(f"backtest: training up to {period}, evaluating on it")
            newest = past.sort_values(spec.time.column, kind="stable").tail(max_rows)
            parts.append(evaluate_model(spec, fit(newest), past, rows))
    return concat_evaluations(parts) if parts else None


def evaluate_model(
    spec: DataSpec, model: Any, known: pd.DataFrame, rows: pd.DataFrame
) -> Evaluation:
    """The predictions of a model and of the baseline, which reads the labels of the known rows."""
    return Evaluation(
        rows,
        predict(spec, model, rows),
        predict_baseline(spec, known, rows),
        holdout_units(spec, rows),
        row_periods(spec, rows),
    )


def concat_evaluations(parts: list[Evaluation]) -> Evaluation:
    """One evaluation of the rows of all parts; a class that a model lacks has no probability."""
    names = ("rows", "predictions", "baseline", "units", "periods")
    return Evaluation(*(pd.concat([getattr(part, name) for part in parts]) for name in names))
