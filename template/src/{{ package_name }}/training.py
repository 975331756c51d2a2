"""The straight path: load, split, fit, evaluate, save. Yours to change."""

from collections.abc import Callable
from functools import partial

import pandas as pd

from . import runs
from .data import drop_unlabelled, frame_digest, load_rows
from .errors import InputError
from .evaluation import evaluate, evaluate_slices
from .holdout import split_holdout
from .model import PARAMS, build_model
from .periods import row_periods
from .plots import draw_plots
from .prediction import predict
from .runs import Run
from .settings import load_spec
from .spec import DataSpec

OnProgress = Callable[[str], None]
MIN_ROWS_PER_CLASS = 10  # rows for each class


def no_progress(_: str) -> None:
    """Nobody looks."""


def train(period: str | None = None, tell: OnProgress = no_progress, **changes: object) -> Run:
    """Train on all up to `period`; the same data, spec, code and parameters are the same run."""
    spec = load_spec()
    tell("reading the data")
    frame = drop_unlabelled(spec, load_rows(spec, until=period))
    period = period or row_periods(spec, frame).max()
    params = PARAMS | changes
    run = runs.plan(
        period, params=params, data=frame_digest(frame), spec=spec.digest, rows=len(frame)
    )
    if run.exists:
        return runs.read(run.id)

    fitting, held = check_trainable(spec, *split_holdout(spec, frame))
    tell(f"fitting on {len(fitting):,} rows")
    model = build_model(spec, params).fit(fitting[list(spec.features)], fitting[spec.target])
    tell(f"judging on {len(held):,} rows")
    answers = predict(spec, model, held)
    metrics = evaluate(spec, fitting, held, answers)
    parts = evaluate_slices(spec, held, answers)
    return runs.save(run, model, metrics, partial(draw_plots, spec, held, answers, parts))


def check_trainable(
    spec: DataSpec, fitting: pd.DataFrame, held: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows to fit on and those held back, or InputError where a model can learn nothing."""
    if fitting.empty or held.empty:
        rows = len(fitting) + len(held)
        raise InputError(f"{rows} labelled rows are too few to fit and to judge a model")
    if spec.is_classification:  # what happened once can be learnt by no model
        fitting = fitting[fitting.duplicated(spec.target, keep=False)]
    found = fitting[spec.target].nunique()
    if spec.is_classification and len(fitting) < MIN_ROWS_PER_CLASS * found:
        raise InputError(f"{len(fitting)} rows are too few to learn {found} classes from")
    if found < 2:
        raise InputError(f"`{spec.target}` has one value in {len(fitting)} rows: nothing to learn")
    return fitting, held
