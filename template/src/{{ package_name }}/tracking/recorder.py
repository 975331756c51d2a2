"""Record finished runs in MLflow. `var/runs` is the source of truth, MLflow an index of it."""

import os
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import mlflow
from filelock import FileLock
from mlflow import MlflowClient, MlflowException

from .. import runs
from ..errors import InputError
from ..runs import TRUSTED, Run
from ..settings import NAME, read_settings, var
from ..spec import FrozenModel


class TrackingUnavailableError(InputError):
    """The tracking server or database does not answer."""


class TrackingSettings(FrozenModel):
    """`conf/tracking.yml`; the variable MLFLOW_TRACKING_URI wins over `uri`."""

    uri: str | None = None  # by default SQLite in var/
    experiment: str = NAME


def mlflow_client() -> MlflowClient:
    """A client of the tracking server, or of the SQLite file in `var/`."""
    variable = os.environ.get("MLFLOW_TRACKING_URI")
    default = f"sqlite:///{var('mlflow.db')}"
    uri = variable or read_settings(TrackingSettings, "tracking").uri or default
    mlflow.set_tracking_uri(uri)
    if variable is None:  # MLflow sets it, and the next call would take it for the user's choice
        os.environ.pop("MLFLOW_TRACKING_URI", None)
    return connect(uri)


@cache
def connect(uri: str) -> MlflowClient:
    """A client that got an answer. Without the lock two processes could create one SQLite file."""
    var().mkdir(exist_ok=True)
    client = MlflowClient(uri, uri)
    try:
        with FileLock(var("mlflow.lock")):
            client.search_experiments(max_results=1)
    except MlflowException as error:
        host = urlsplit(uri).hostname or uri  # an address may hold a password
        reason = str(error).splitlines()[0].replace(uri.rstrip("/"), host)
        raise TrackingUnavailableError(f"MLflow at {host} does not answer: {reason}") from None
    return client


def experiment_id() -> str:
    """The id of the experiment, which is created under a lock if it does not exist."""
    name, client = read_settings(TrackingSettings, "tracking").experiment, mlflow_client()
    with FileLock(var("mlflow.lock")):
        if experiment := client.get_experiment_by_name(name):
            return str(experiment.experiment_id)
        is_local = mlflow.get_tracking_uri().startswith("sqlite:")
        location = var("mlflow").as_uri() if is_local else None
        return str(client.create_experiment(name, artifact_location=location))


def search_runs(query: str) -> list[Any]:
    return list(mlflow.search_runs([experiment_id()], query, output_format="list"))


def recorded_runs() -> dict[str, str]:
    """run id -> MLflow run id, of the runs that are recorded completely."""
    complete = search_runs("tags.run != '' and status = 'FINISHED'")
    return {run.data.tags["run"]: run.info.run_id for run in complete}


def record_run(run: Run) -> str:
    """Record a run unless it is recorded already; returns its MLflow run id."""
    client = mlflow_client()
    for recorded in search_runs(f"tags.run = '{run.id}'"):
        if recorded.info.status == "FINISHED":
            return str(recorded.info.run_id)
        client.set_terminated(recorded.info.run_id, "KILLED")  # its recording was interrupted
    tags = {"run": run.id, "period": run.period, "data": run.data, "spec": run.spec}
    tags |= {"code": run.code, "commit": run.commit or "", "model": run.model or ""}
    with mlflow.start_run(experiment_id=experiment_id(), run_name=run.id, tags=tags) as started:
        mlflow.log_params(run.params)
        mlflow.log_metrics(run.metrics)
        mlflow.sklearn.log_model(
            run.load(),
            name="model",
            pip_requirements=["scikit-learn", "skops"],
            skops_trusted_types=TRUSTED,
            # The files themselves: a model that is written again has another digest.
            extra_files=[str(file) for file in sorted(run.folder.iterdir())],
        )
    return str(started.info.run_id)


def record_missing_runs() -> list[str]:
    """Record the finished runs that MLflow lacks; returns their ids."""
    recorded = recorded_runs()
    missing = [run for run in runs.list_runs() if run.id not in recorded]
    for run in missing:
        record_run(run)
    return [run.id for run in missing]
