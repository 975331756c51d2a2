"""Records a study in MLflow: one run, with a nested run for each finished trial."""

from typing import Any

import optuna
from mlflow.entities import Metric, Param
from optuna.trial import FrozenTrial, TrialState

from ..tracking.client import TrackingUnavailableError, explain_mlflow_errors, mlflow_client
from ..tracking.recorder import experiment_id, search_runs
from .comparison import Comparison

STATUS = {
    TrialState.COMPLETE: "FINISHED",
    TrialState.PRUNED: "KILLED",
    TrialState.FAIL: "FAILED",
}
PARENT = "mlflow.parentRunId"


class StudyRecorder:
    """Records trials as they finish. If MLflow is unavailable, the next `tune` records them."""

    def __init__(self, study: optuna.Study, metric: str) -> None:
        self.study, self.metric = study, metric
        self.error: str | None = None

    def update(self) -> None:
        """Record the trials that are not recorded yet."""
        if self.error is None:
            try:
                record_study(self.study, self.metric)
            except TrackingUnavailableError as error:
                self.error = str(error)

    def finish(self, params: dict[str, Any], comparison: Comparison) -> None:
        """Record the comparison of the best trial with the defaults."""
        if self.error is None:
            try:
                record_comparison(self.study.study_name, self.metric, params, comparison)
            except TrackingUnavailableError as error:
                self.error = str(error)


@explain_mlflow_errors()
def record_study(study: optuna.Study, metric: str) -> None:
    parent = find_run(study.study_name)
    nested = search_runs(f"tags.`{PARENT}` = '{parent}' and attributes.status != 'RUNNING'")
    recorded = {run.data.tags.get("trial") for run in nested}
    for trial in study.get_trials(deepcopy=False, states=tuple(STATUS)):
        if str(trial.number) not in recorded:
            record_trial(trial, parent, metric)


def find_run(study: str) -> str:
    """The id of the MLflow run of a study, which is created if it does not exist."""
    for run in search_runs(f"tags.study = '{study}'"):
        return str(run.info.run_id)
    tags = {"study": study}
    run = mlflow_client().create_run(experiment_id(), tags=tags, run_name=f"tune {study}")
    return str(run.info.run_id)


def record_trial(trial: FrozenTrial, parent: str, metric: str) -> None:
    """A nested run; its metric has one step for each period or fold."""
    client = mlflow_client()
    tags = {PARENT: parent, "trial": str(trial.number)}
    run = client.create_run(experiment_id(), tags=tags, run_name=f"trial {trial.number}")
    time = int(trial.datetime_complete.timestamp() * 1000) if trial.datetime_complete else 0
    steps = [Metric(metric, each, time, at) for at, each in trial.intermediate_values.items()]
    params = [Param(name, str(each)) for name, each in trial.params.items()]
    client.log_batch(run.info.run_id, steps, params)
    client.set_terminated(run.info.run_id, STATUS[trial.state])


@explain_mlflow_errors()
def record_comparison(
    study: str, metric: str, params: dict[str, Any], comparison: Comparison
) -> None:
    client, run = mlflow_client(), find_run(study)
    values = {metric: comparison.best, f"{metric}_default": comparison.default}
    for name, each in values.items():
        client.log_metric(run, name, each.value)
    for name, each in params.items():
        client.set_tag(run, f"best.{name}", str(each))
    client.set_tag(run, "is_better", str(comparison.is_better))
    client.set_terminated(run)
