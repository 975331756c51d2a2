"""A study of Optuna: its trials run in parallel, and an interrupted study continues."""

import platform
from collections.abc import Callable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import optuna
from optuna.distributions import BaseDistribution
from optuna.exceptions import OptunaError
from optuna.trial import Trial, TrialState
from sqlalchemy.exc import SQLAlchemyError

from ..errors import InputError
from ..evaluation import to_metric
from ..pipelines.processes import start_processes
from ..settings import root
from ..training import ParameterError
from .problem import evaluate_splits, load_problem

SQLITE = "sqlite:///"
TRIED = (TrialState.COMPLETE, TrialState.PRUNED)
STARTUP_TRIALS = 5  # that are not pruned
optuna.logging.set_verbosity(optuna.logging.WARNING)


@contextmanager
def explain_storage_errors(address: str) -> Iterator[None]:
    """InputError for what the database of the studies reports."""
    try:
        yield
    except (SQLAlchemyError, OptunaError, ImportError) as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        is_file = address.startswith(SQLITE)
        host = urlsplit(address).hostname or "`storage`"  # an address may hold a password
        place = address.removeprefix(SQLITE) if is_file else host
        remedy = "delete it, or make it writable" if is_file else "see `storage` in conf/tuning.yml"
        raise InputError(f"{place} cannot store studies ({reason}): {remedy}") from None


def open_study(address: str, name: str) -> optuna.Study:
    """The study with this name, new or continued; trials of a killed command count as failed."""
    connect_args = {"timeout": 60} if address.startswith(SQLITE) else {}
    storage = optuna.storages.RDBStorage(
        address,
        engine_kwargs={"connect_args": connect_args},
        skip_compatibility_check=True,  # MLflow may keep its own revision in the same database
    )
    study = optuna.create_study(
        study_name=name,
        storage=storage,
        load_if_exists=True,
        pruner=optuna.pruners.MedianPruner(n_startup_trials=STARTUP_TRIALS),
    )
    for trial in study.get_trials(states=(TrialState.RUNNING,)):
        if trial.user_attrs.get("owner") in (None, owner()):
            study.tell(trial.number, state=TrialState.FAIL)
    # With the same seed a continued study would repeat its first trials.
    study.sampler = optuna.samplers.TPESampler(seed=len(study.trials))
    return study


def owner() -> str:
    """This clone of the project; others may run trials of the same study."""
    return f"{platform.node()}:{root()}"


def count_trials(study: optuna.Study, *states: TrialState) -> int:
    return len(study.get_trials(deepcopy=False, states=states))


def run_trials(
    study: optuna.Study,
    default: dict[str, Any],
    space: dict[str, BaseDistribution],
    trials: int,
    parallel: int,
    on_finished: Callable[[], None],
) -> None:
    """Run trials until so many are finished."""
    missing = trials - count_trials(study, *TRIED)
    running: dict[Future[float | None], Trial] = {}
    with start_pool(min(parallel, max(missing, 1))) as pool:
        while missing > 0 or running:
            while missing > 0 and len(running) < parallel:
                trial = study.ask(space)
                trial.set_user_attr("owner", owner())
                running[pool.submit(run_trial, trial, default | trial.params)] = trial
                missing -= 1
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                finish_trial(study, running.pop(future), future)
                on_finished()


def finish_trial(study: optuna.Study, trial: Trial, future: Future[float | None]) -> None:
    try:
        value = future.result()
    except ParameterError as error:
        study.tell(trial, state=TrialState.FAIL)
        raise InputError(f"conf/tuning.yml: `space`: {error.reason}") from None
    except BrokenProcessPool:
        raise InputError(
            "a process of a trial was ended, perhaps because memory is short: "
            "continue with a smaller --parallel"
        ) from None
    if value is None:
        study.tell(trial, state=TrialState.PRUNED)
    else:
        study.tell(trial, value)


def run_trial(trial: Trial, params: dict[str, Any]) -> float | None:
    """The metric over all splits; None if the trial was pruned after one of them."""
    problem = load_problem(root())
    losses: list[np.ndarray] = []
    for step, part in enumerate(evaluate_splits(problem, params, problem.splits), 1):
        losses.append(part)
        value = to_metric(problem.spec, np.concatenate(losses).mean())
        trial.report(value, step)
        if step < len(problem.splits) and trial.should_prune():
            return None
    return value


def start_pool(parallel: int) -> Executor:
    """So many processes; one trial at a time needs none of its own."""
    if parallel == 1:
        return ThreadPoolExecutor(1)
    return start_processes(parallel)
