"""The rows that trials are evaluated on, and the newer ones that only the comparison sees."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..backtest import newest_rows, split_backtest
from ..data import drop_unlabelled, frame_digest, load_rows
from ..errors import InputError
from ..evaluation import row_losses
from ..model import PARAMS
from ..periods import row_periods
from ..prediction import predict
from ..runs import plan
from ..selection import choose_estimator, sample_rows, split_folds
from ..settings import load_spec, read_settings
from ..spec import DataSpec
from ..training import TrainingSettings, fit_model, split_rows


@dataclass(frozen=True)
class Split:
    """Rows to fit on, and other rows to evaluate on."""

    name: str
    known: pd.DataFrame
    rows: pd.DataFrame


@dataclass(frozen=True)
class Problem:
    """What is tuned: the data, how a trial is evaluated, and how the best one is compared."""

    spec: DataSpec
    settings: TrainingSettings
    id: str  # of the run with the default parameters
    period: str
    known: pd.DataFrame  # all rows that trials may see
    splits: list[Split]
    unseen: list[Split]  # newer periods, or the holdout


@cache
def load_problem(_: Path) -> Problem:
    """The problem of the project in this folder, loaded once in each process."""
    spec, settings = load_spec(), read_settings(TrainingSettings, "training")
    frame = drop_unlabelled(spec, load_rows(spec))
    known, holdout = split_rows(spec, frame)
    unseen = [Split("the holdout", known, holdout)]
    row_period = row_periods(spec, frame)
    periods = sorted(row_period.unique())
    count = min(settings.backtest_periods, (len(periods) - 1) // 2)  # the others are for trials
    if backtest := split_periods(spec, frame, count, settings.backtest_rows):
        known, unseen = frame[row_period < backtest[0].name], backtest
    splits = split_periods(spec, known, settings.backtest_periods, settings.backtest_rows)
    if not splits:
        folds = split_folds(spec, sample_rows(spec, known))
        splits = [Split(f"fold {number}", *fold) for number, fold in enumerate(folds, 1)]
    if not splits:
        raise InputError(f"{len(known)} rows are too few to tune on")
    run = plan(
        periods[-1],
        params=PARAMS,
        data=frame_digest(frame),
        spec=spec.digest,
        rows=len(frame),
        evaluation=settings.model_dump(),
    )
    return Problem(spec, settings, run.id, periods[-1], known, splits, unseen)


def split_periods(spec: DataSpec, frame: pd.DataFrame, count: int, max_rows: int) -> list[Split]:
    """The splits of a backtest of the newest periods."""
    return [
        Split(period, newest_rows(spec, past, max_rows), rows)
        for period, past, rows in split_backtest(spec, frame, count)
    ]


def choose_default(problem: Problem, params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a training now; cross-validation chooses the estimator, as there."""
    spec, limit = problem.spec, problem.settings.selection_rows
    return choose_estimator(spec, params, problem.known, limit, partial(fit_model, spec))


def evaluate_splits(
    problem: Problem, params: dict[str, Any], splits: list[Split]
) -> Iterator[np.ndarray]:
    """The row losses in each split, one after the other."""
    spec = problem.spec
    for split in splits:
        model = fit_model(spec, params, split.known)
        yield row_losses(spec, split.rows[spec.target], predict(spec, model, split.rows))


def describe_splits(splits: list[Split]) -> str:
    """The names of the splits, as in `2013-07 to 2013-09`."""
    first, last = splits[0].name, splits[-1].name
    return first if first == last else f"{first} to {last}"
