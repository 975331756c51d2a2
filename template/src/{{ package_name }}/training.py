"""The straight path: load, split, fit, evaluate, save. Yours to change."""

from collections.abc import Callable
from functools import partial

import pandas as pd

from . import runs
from .data import digest, labelled, load, periods, split
from .errors import InputError
from .evaluation import evaluate, slices
from .model import PARAMS, build
from .plots import draw
from .prediction import predict
from .runs import Run
from .settings import load_spec
from .spec import DataSpec

Tell = Callable[[str], None]
LEAST = 10  # rows for each class


def quiet(_: str) -> None:
    """Nobody looks."""


def train(period: str | None = None, tell: Tell = quiet, **changes: object) -> Run:
    """Train on all up to `period`; the same data, spec, code and parameters are the same run."""
    spec = load_spec()
    tell("reading the data")
    frame = labelled(spec, load(spec, until=period))
    period = period or periods(spec, frame).max()
    params = PARAMS | changes
    run = runs.plan(period, params=params, data=digest(frame), spec=spec.digest, rows=len(frame))
    if run.exists:
        return runs.read(run.id)

    fitting, held = enough(spec, *split(spec, frame))
    tell(f"fitting on {len(fitting):,} rows")
    model = build(spec, params).fit(fitting[list(spec.features)], fitting[spec.target])
    tell(f"judging on {len(held):,} rows")
    answers = predict(spec, model, held)
    metrics = evaluate(spec, fitting, held, answers)
    parts = slices(spec, held, answers)
    return runs.save(run, model, metrics, partial(draw, spec, held, answers, parts))


def enough(
    spec: DataSpec, fitting: pd.DataFrame, held: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows to fit on and those held back, or InputError where a model can learn nothing."""
    if fitting.empty or held.empty:
        rows = len(fitting) + len(held)
        raise InputError(f"{rows} labelled rows are too few to fit and to judge a model")
    if spec.classes:  # what happened once can be learnt by no model
        fitting = fitting[fitting.duplicated(spec.target, keep=False)]
    found = fitting[spec.target].nunique()
    if spec.classes and len(fitting) < LEAST * found:
        raise InputError(f"{len(fitting)} rows are too few to learn {found} classes from")
    if found < 2:
        raise InputError(f"`{spec.target}` has one value in {len(fitting)} rows: nothing to learn")
    return fitting, held
