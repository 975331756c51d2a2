"""The backtest: a model of the data before a period, evaluated on it, as models are used."""

from collections.abc import Callable, Iterator
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
    parts = []
    for period, past, rows in split_backtest(spec, frame, periods):
        on_progress(f"backtest: training on the data before {period}, evaluating on {period}")
        parts.append(evaluate_model(spec, fit(newest_rows(spec, past, max_rows)), past, rows))
    return concat_evaluations(parts) if parts else None


def split_backtest(
    spec: DataSpec, frame: pd.DataFrame, periods: int
) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """(period, the rows before it, its rows) for the newest periods with enough rows before."""
    if spec.time is None or periods == 0:
        return
    row_period = row_periods(spec, frame)
    for period in sorted(row_period.unique())[1:][-periods:]:
        past, rows = frame[row_period < period], frame[row_period == period]
        if len(past) >= MIN_TRAIN_ROWS and past[spec.target].nunique() > 1:
            yield period, past, rows


def newest_rows(spec: DataSpec, rows: pd.DataFrame, count: int) -> pd.DataFrame:
    """Up to so many rows, the newest."""
    return rows.sort_values(spec.time.column, kind="stable").tail(count)  # type: ignore[union-attr]


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
