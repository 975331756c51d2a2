"""The straight path: load, split, fit, evaluate, save. Yours to change."""

from . import runs
from .data import digest, labelled, load, periods, split
from .errors import InputError
from .evaluation import evaluate
from .model import PARAMS, build
from .runs import Run
from .settings import load_spec

LEAST = 10  # rows for each class


def train(period: str | None = None, **changes: object) -> Run:
    """Train on all up to `period`; the same data, spec, code and parameters are the same run."""
    spec = load_spec()
    frame = labelled(spec, load(spec, until=period))
    period = period or periods(spec, frame).max()
    params = PARAMS | changes
    run = runs.plan(period, params=params, data=digest(frame), spec=spec.digest, rows=len(frame))
    if run.exists:
        return runs.read(run.id)

    fitting, held = split(spec, frame)
    if fitting.empty or held.empty:
        raise InputError(f"{len(frame)} labelled rows are too few to fit and to judge a model")
    if spec.classes:  # what happened once can be learnt by no model
        fitting = fitting[fitting.duplicated(spec.target, keep=False)]
    found = fitting[spec.target].nunique()
    if spec.classes and len(fitting) < LEAST * found:
        raise InputError(f"{len(fitting)} rows are too few to learn {found} classes from")
    if found < 2:
        raise InputError(f"`{spec.target}` has one value in {len(fitting)} rows: nothing to learn")
    model = build(spec, params).fit(fitting[list(spec.features)], fitting[spec.target])
    metrics = evaluate(spec, model, fitting, held)
    return runs.save(run, model, metrics)
