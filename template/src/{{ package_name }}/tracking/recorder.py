"""Record finished runs in MLflow. `var/runs` is the source of truth, MLflow an index of it."""

from typing import Any

import mlflow
from filelock import FileLock

from .. import runs
from ..errors import InputError, warn
from ..model_files import trusted_types
from ..runs import Run
from ..settings import read_settings, var
from .client import (
    TrackingSettings,
    TrackingUnavailableError,
    explain_mlflow_errors,
    mlflow_client,
)


@explain_mlflow_errors()
def experiment_id() -> str:
    """The id of the experiment, which is created under a lock if it does not exist."""
    name, client = read_settings(TrackingSettings, "tracking").experiment, mlflow_client()
    with FileLock(var("mlflow.lock")):
        if experiment := client.get_experiment_by_name(name):
            return str(experiment.experiment_id)
        is_local = mlflow.get_tracking_uri().startswith("sqlite:")
        location = var("mlflow").as_uri() if is_local else None
        return str(client.create_experiment(name, artifact_location=location))


@explain_mlflow_errors()
def search_runs(query: str) -> list[Any]:
    return list(mlflow.search_runs([experiment_id()], query, output_format="list"))


def recorded_runs() -> dict[str, str]:
    """run id -> MLflow run id, of the runs that are recorded completely."""
    complete = search_runs("tags.run != '' and status = 'FINISHED'")
    return {run.data.tags["run"]: run.info.run_id for run in complete}


@explain_mlflow_errors()
def record_run(run: Run) -> str:
    """Record a run unless it is recorded already; returns its MLflow run id."""
    client = mlflow_client()
    for recorded in search_runs(f"tags.run = '{run.id}'"):
        if recorded.info.status == "FINISHED":
            return str(recorded.info.run_id)
        client.set_terminated(recorded.info.run_id, "KILLED")  # its recording was interrupted
    model, file = run.load(), run.folder / "model.skops"
    tags = {"run": run.id, "period": run.period, "data": run.data, "spec": run.spec}
    tags |= {"code": run.code, "commit": run.commit or "", "model": run.model or ""}
    tags |= {"evaluated_on": run.evaluated_on, "estimator": run.estimator or ""}
    with mlflow.start_run(experiment_id=experiment_id(), run_name=run.id, tags=tags) as started:
        mlflow.log_params(run.params)
        mlflow.log_metrics(run.metrics | interval_metrics(run))
        mlflow.sklearn.log_model(
            model,
            name="model",
            pip_requirements=["scikit-learn", "skops"],
            skops_trusted_types=trusted_types(file),
            # The files themselves: a model that is written again has another digest.
            extra_files=[str(each) for each in sorted(run.folder.iterdir())],
        )
    return str(started.info.run_id)


def interval_metrics(run: Run) -> dict[str, float]:
    """The ends of the 95 % intervals: `mae_low` and `mae_high`."""
    ends = {"low": 0, "high": 1}
    pairs = run.intervals.items()
    return {f"{name}_{end}": both[at] for name, both in pairs for end, at in ends.items()}


def record_missing_runs() -> list[str]:
    """Record the finished runs that MLflow lacks; returns their ids.

    A run whose model cannot be loaded is named and skipped, so that it does not stop the others.
    """
    recorded, added = recorded_runs(), []
    for run in runs.list_runs():
        if run.id not in recorded:
            try:
                record_run(run)
            except TrackingUnavailableError:
                raise
            except InputError as error:
                warn(f"not recorded: {error}")
            else:
                added.append(run.id)
    return added
