"""Train a model in straight steps: load, split, fit, evaluate, save. Yours to change."""

import json
from collections.abc import Callable
from functools import partial
from traceback import walk_tb
from typing import Any

import pandas as pd
from pydantic import Field
from threadpoolctl import threadpool_limits

from . import runs
from .backtest import evaluate_model, run_backtest
from .cross_validation import FOLDS, cross_validate
from .data import drop_unlabelled, frame_digest, load_rows
from .errors import InputError
from .evaluation import Training, evaluate_training
from .holdout import split_holdout
from .metrics import Estimate
from .model import PARAMS, build_model
from .periods import row_periods
from .report import write_report
from .runs import Run
from .selection import choose_estimator
from .settings import load_spec, read_settings, read_yaml, root
from .spec import DataSpec, FrozenModel
from .tables import to_json_lines

OnProgress = Callable[[str], None]
MIN_ROWS_PER_CLASS = 10
MIN_THREADED_ROWS = 100_000  # with fewer, threads of trees cost more than they save
EXAMPLES = 5  # rows of a run that show what its model reads
PARAMS_FILE = "conf/params.yml"  # optional: parameters that win over those of model.py


class ParameterError(InputError):
    """A parameter that the estimator does not take, or a value that it does not allow."""

    def __init__(self, reason: str) -> None:
        self.reason = reason.rstrip(".")
        super().__init__(f"{self.reason}: change it in {PARAMS_FILE} or model.py")


class TrainingSettings(FrozenModel):
    """`conf/training.yml`."""

    backtest_periods: int = Field(default=3, ge=0)
    backtest_rows: int = Field(default=30_000, gt=0)
    cross_validation_rows: int = Field(default=10_000, ge=0)
    selection_rows: int = Field(default=10_000, ge=0)
    report_rows: int = Field(default=1000, gt=0)


def no_progress(_: str) -> None:
    """A progress callback that does nothing."""


def train(period: str | None = None, on_progress: OnProgress = no_progress, **changes: Any) -> Run:
    """Train on all data up to `period`. The same inputs, also settings, give the same run."""
    spec, settings = load_spec(), read_settings(TrainingSettings, "training")
    on_progress("reading the data")
    frame = drop_unlabelled(spec, load_rows(spec, until=period))
    period = period or row_periods(spec, frame).max()
    params = read_params() | changes
    run = runs.plan(
        period,
        params=params,
        data=frame_digest(frame),
        spec=spec.digest,
        rows=len(frame),
        evaluation=settings.model_dump(),
    )
    if run.folder.exists():
        return runs.read(run.id)

    trained = fit_and_evaluate(spec, settings, frame, params, on_progress)
    on_progress("writing the report")
    estimates = evaluate_training(spec, trained)
    files = write_report(spec, run, trained, estimates, settings.report_rows)
    return save_run(spec, run, frame, trained, estimates, files)


def read_params() -> dict[str, Any]:
    """PARAMS with those of `conf/params.yml`; ParameterError for a value that no run can store."""
    params = PARAMS | read_yaml(root() / PARAMS_FILE)
    for name, value in params.items():
        try:
            json.dumps(value, sort_keys=True)
        except (TypeError, ValueError):
            kinds = "a number, a text, a boolean or a list of these"
            raise ParameterError(f"`{name}` must be {kinds}, not {value!r}") from None
    return params


def save_run(
    spec: DataSpec,
    run: Run,
    frame: pd.DataFrame,
    trained: Training,
    estimates: dict[str, Estimate],
    files: dict[str, bytes],
) -> Run:
    examples = frame[spec.inputs].head(EXAMPLES)
    files = {**files, "examples.jsonl": to_json_lines(examples)}
    facts: dict[str, Any] = {"estimator": trained.params.get("estimator")}
    facts["intervals"] = {name: [each.low, each.high] for name, each in estimates.items()}
    if trained.backtest:
        periods = sorted(trained.backtest.periods.unique())
        facts["evaluated_on"] = f"backtest of {periods[0]} to {periods[-1]}"
    if trained.cross_validation:
        facts["evaluated_on"] = f"cross-validation of {FOLDS} folds"
    if spec.time:
        facts["newest"] = frame[spec.time.column].max().isoformat()
        facts["holdout_from"] = trained.holdout.rows[spec.time.column].min().isoformat()
    metrics = {name: each.value for name, each in estimates.items()}
    return runs.save(run, trained.model, metrics, files, trained.evaluated, **facts)


def fit_and_evaluate(
    spec: DataSpec,
    settings: TrainingSettings,
    frame: pd.DataFrame,
    params: dict[str, Any],
    on_progress: OnProgress,
) -> Training:
    """Fit on the rows before the holdout, evaluate as in use, and fit on all rows."""
    known, holdout = split_rows(spec, frame)
    on_progress(f"choosing the estimator on {len(known):,} rows")
    fit_with = partial(fit_model, spec)
    params = choose_estimator(spec, params, known, settings.selection_rows, fit_with)
    fit = partial(fit_model, spec, params)
    on_progress(f"fitting on {len(known):,} rows, evaluating on {len(holdout):,}")
    evaluated = fit(known)
    on_holdout = evaluate_model(spec, evaluated, known, holdout)
    limits = settings.backtest_periods, settings.backtest_rows
    backtest = run_backtest(spec, frame, fit, *limits, on_progress)
    folds = cross_validate(spec, frame, fit, settings.cross_validation_rows, on_progress)
    on_progress(f"fitting on all {len(frame):,} rows")  # those of the holdout are the newest
    return Training(fit(frame), evaluated, fit, known, on_holdout, backtest, folds, params)


def fit_model(spec: DataSpec, params: dict[str, Any], rows: pd.DataFrame) -> Any:
    """A model of these rows. No model can learn a class with a single row."""
    if spec.is_classification:
        rows = rows[rows.duplicated(spec.target, keep=False)]
    try:
        model = build_model(spec, params)
    except KeyError as error:
        raise ParameterError(f"there is no estimator {error}") from None
    except TypeError as error:  # an unknown parameter
        raise ParameterError(str(error)) from None
    threads = 1 if len(rows) < MIN_THREADED_ROWS else None
    try:
        with threadpool_limits(threads, "openmp"):
            return model.fit(rows[spec.inputs], rows[spec.target])
    except ValueError as error:
        if not is_about_parameters(error):
            raise
        raise ParameterError(str(error)) from None


def is_about_parameters(error: ValueError) -> bool:
    """Whether an estimator refused its parameters, rather than the rows or code of this project."""
    *_, (frame, _) = walk_tb(error.__traceback__)
    module = str(frame.f_globals["__name__"])
    return module.startswith("sklearn.") and module != "sklearn.utils.validation"


def split_rows(spec: DataSpec, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(rows to fit on, holdout); InputError if they are too few to fit or evaluate a model."""
    check_labels(spec, frame)
    known, holdout = split_holdout(spec, frame)
    if known.empty or holdout.empty:
        raise InputError(f"{len(frame)} labelled rows are too few to fit and to evaluate a model")
    learnable = known
    if spec.is_classification:
        learnable = known[known.duplicated(spec.target, keep=False)]
    values, rows = learnable[spec.target].nunique(), len(learnable)
    if spec.is_classification and rows < MIN_ROWS_PER_CLASS * values:
        raise InputError(f"{rows} rows are too few to learn {values} classes from")
    if values < 2:
        raise InputError(f"`{spec.target}` has one value in {rows} rows: nothing to learn")
    return learnable, holdout


def check_labels(spec: DataSpec, frame: pd.DataFrame) -> None:
    """InputError if the declared metric is not defined for a label."""
    if spec.metric not in ("poisson", "gamma"):
        return
    lowest = frame[spec.target].min()
    if lowest < 0 or (spec.metric == "gamma" and lowest == 0):
        needed = "zero or more" if spec.metric == "poisson" else "more than zero"
        raise InputError(
            f"metric {spec.metric} needs labels of {needed}, and `{spec.target}` has {lowest:g}: "
            "use another metric"
        )
