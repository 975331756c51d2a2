"""Tune in straight steps: run trials, compare the best with the defaults, declare it if better."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mlflow
import numpy as np
import optuna
import yaml
from optuna.distributions import BaseDistribution
from optuna.trial import TrialState

from ..errors import InputError
from ..evaluation import to_metric
from ..formatting import format_number
from ..model import PARAMS
from ..selection import count_rows
from ..settings import read_settings, read_yaml, root, var
from ..storage import atomic_file, sha256
from ..tracking.client import mlflow_client
from ..training import PARAMS_FILE, read_params
from .comparison import Comparison, compare
from .problem import Problem, choose_default, describe_splits, evaluate_splits, load_problem
from .recorder import StudyRecorder
from .settings import TuningSettings, to_distribution
from .study import SQLITE, TRIED, count_trials, explain_storage_errors, open_study, run_trials

OnProgress = Callable[[str], None]
DEFAULT = "default"  # the attribute of a study with the metric of the default parameters


@dataclass(frozen=True)
class Result:
    """A finished study."""

    study: str
    trials: int  # that are finished
    pruned: int  # of these
    failed: int  # ended by an error or by a kill
    tried_on: str
    compared_on: str
    metric: str
    params: dict[str, Any]  # of the best trial
    comparison: Comparison
    not_recorded: str | None  # why MLflow lacks trials


def tune(trials: int | None, parallel: int | None, on_progress: OnProgress) -> Result:
    """Run the trials that the study lacks; declare the best parameters if they are better."""
    settings = read_settings(TuningSettings, "tuning")
    options = {"trials": trials, "parallel": parallel}
    settings = settings.model_copy(update={name: each for name, each in options.items() if each})
    address = find_address(settings.storage)
    on_progress("reading the data")
    problem = load_problem(root())
    on_progress("choosing the default estimator")
    declared = read_yaml(root() / PARAMS_FILE)
    default = choose_default(problem, read_params())
    with explain_storage_errors(address):
        study = open_study(address, name_study(problem, settings, default))
        recorder = StudyRecorder(study, problem.spec.metric)
        run_study(study, problem, default, settings, recorder, on_progress)
        chosen = {name: each for name, each in default.items() if name == "estimator"}
        best = keep_used(chosen | study.best_params)
    on_progress("comparing the best trial with the defaults")
    comparison = compare(problem, default, default | best)
    recorder.finish(best, comparison)
    declare(study.study_name, declared | best, comparison)
    return Result(
        study.study_name,
        count_trials(study, *TRIED),
        count_trials(study, TrialState.PRUNED),
        count_trials(study, TrialState.FAIL),
        describe_splits(problem.splits),
        describe_splits(problem.unseen),
        problem.spec.metric,
        best,
        comparison,
        recorder.error,
    )


def find_address(storage: str | None) -> str:
    """The address of the database that stores studies."""
    if storage is None:
        var("tuning").mkdir(parents=True, exist_ok=True)
        return f"{SQLITE}{var('tuning', 'studies.db')}"
    if storage != "tracking":
        return storage
    mlflow_client()  # creates the tables of MLflow first
    address = str(mlflow.get_tracking_uri())
    if address.startswith("http"):
        raise InputError(
            "conf/tuning.yml: `storage`: the tracking server is no database: "
            "name a database, or set it to null for a file in var/tuning"
        )
    return address


def name_study(problem: Problem, settings: TuningSettings, default: dict[str, Any]) -> str:
    """The same data, declaration, code, settings, search space and other parameters: one study."""
    space, tried = settings.model_dump(include={"space"}), choose_space(problem, settings)
    others = {name: each for name, each in default.items() if name not in tried}
    return f"{problem.period}-{short_digest([problem.id, space, others])}"


def short_digest(values: Any) -> str:
    return sha256(json.dumps(values, sort_keys=True).encode())[:8]


def choose_space(problem: Problem, settings: TuningSettings) -> dict[str, BaseDistribution]:
    """The declared search space; the estimator only where a training would choose it too."""
    space = {name: to_distribution(each) for name, each in settings.space.items()}
    is_large = count_rows(problem.spec, problem.known) > problem.settings.selection_rows
    if is_large or problem.spec.metric == "quantile":
        space.pop("estimator", None)
    return space


def keep_used(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the chosen estimators; those of the others have no effect.

    A parameter belongs to the estimator that its name starts with, or else to the first one.
    """
    every = PARAMS.get("estimator")
    if not isinstance(every, list):  # there is no choice
        return params
    chosen = params["estimator"].split("+")

    def is_used(name: str) -> bool:
        owner = next((each for each in every if name.startswith(f"{each}_")), every[0])
        return name == "estimator" or owner in chosen

    return {name: value for name, value in params.items() if is_used(name)}


def run_study(
    study: optuna.Study,
    problem: Problem,
    default: dict[str, Any],
    settings: TuningSettings,
    recorder: StudyRecorder,
    on_progress: OnProgress,
) -> None:
    """Evaluate the defaults, then run the trials."""
    name = f"{DEFAULT} {short_digest(default)}"  # other ones may be declared by now
    if name not in study.user_attrs:
        on_progress("evaluating the defaults")
        losses = np.concatenate([*evaluate_splits(problem, default, problem.splits)])
        study.set_user_attr(name, to_metric(problem.spec, losses.mean()))

    def show() -> None:
        tried, pruned = (count_trials(study, *each) for each in (TRIED, TRIED[1:]))
        known = {DEFAULT: study.user_attrs[name]}
        if tried > pruned:
            known["best"] = study.best_value
        values = ", ".join(f"{name} {format_number(value)}" for name, value in known.items())
        count = f"trial {tried} of {settings.trials} ({pruned} pruned)"
        on_progress(f"{count}: {problem.spec.metric} {values}")

    def on_finished() -> None:
        recorder.update()
        show()

    show()
    space = choose_space(problem, settings)
    run_trials(study, default, space, settings.trials, settings.parallel, on_finished)
    recorder.update()


def declare(study: str, params: dict[str, Any], comparison: Comparison) -> None:
    """Write the declared parameters with the best ones; trainings use them only if better."""
    text = f"# With the best parameters of the study {study}. They win over those of model.py.\n"
    text += yaml.safe_dump(params, sort_keys=True)
    files = [var("tuning", f"{study}.yml")]
    if comparison.is_better:
        files.append(root() / PARAMS_FILE)
    for file in files:
        with atomic_file(file) as part:
            part.write_text(text, encoding="utf-8")
