"""Train a model in straight steps: load, split, fit, evaluate, save. Yours to change."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from . import runs
from .data import drop_unlabelled, frame_digest, load_rows
from .errors import InputError
from .evaluation import evaluate, evaluate_slices
from .holdout import split_holdout
from .model import PARAMS, build_model
from .periods import row_periods
from .plots import plot_errors
from .prediction import predict
from .runs import Run
from .settings import load_spec
from .spec import PREDICTION, DataSpec

OnProgress = Callable[[str], None]
MIN_ROWS_PER_CLASS = 10


def no_progress(_: str) -> None:
    """A progress callback that does nothing."""


def train(period: str | None = None, on_progress: OnProgress = no_progress, **changes: Any) -> Run:
    """Train on all data up to `period`. The same data, spec, code and parameters give one run."""
    spec = load_spec()
    on_progress("reading the data")
    frame = drop_unlabelled(spec, load_rows(spec, until=period))
    period = period or row_periods(spec, frame).max()
    params = PARAMS | changes
    digest = frame_digest(frame)
    run = runs.plan(period, params=params, data=digest, spec=spec.digest, rows=len(frame))
    if run.folder.exists():
        return runs.read(run.id)

    train_rows, holdout = split_rows(spec, frame)
    on_progress(f"fitting on {len(train_rows):,} rows")
    model = build_model(spec, params).fit(train_rows[spec.inputs], train_rows[spec.target])
    on_progress(f"evaluating on {len(holdout):,} rows")
    predictions = predict(spec, model, holdout)
    metrics = evaluate(spec, train_rows, holdout, predictions)
    slices = evaluate_slices(spec, holdout, predictions).to_csv(index=False)
    plot = plot_errors(spec, holdout[spec.target], predictions[PREDICTION])
    return runs.save(run, model, metrics, {"slices.csv": slices.encode(), "errors.png": plot})


def split_rows(spec: DataSpec, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(rows to fit on, holdout); InputError if they are too few to fit or evaluate a model."""
    train_rows, holdout = split_holdout(spec, frame)
    if spec.is_classification:  # no model can learn a class with a single row
        train_rows = train_rows[train_rows.duplicated(spec.target, keep=False)]
    if train_rows.empty or holdout.empty:
        raise InputError(f"{len(frame)} labelled rows are too few to fit and to evaluate a model")
    values, rows = train_rows[spec.target].nunique(), len(train_rows)
    if spec.is_classification and rows < MIN_ROWS_PER_CLASS * values:
        raise InputError(f"{rows} rows are too few to learn {values} classes from")
    if values < 2:
        raise InputError(f"`{spec.target}` has one value in {rows} rows: nothing to learn")
    return train_rows, holdout
