"""Copies finished runs into MLflow. `var/runs` is the truth, MLflow an index of it."""

import os
from functools import cache
from typing import Any

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
    """A client of the tracking server, or of the SQLite file in `var/`, made at the first call."""
    given = os.environ.get("MLFLOW_TRACKING_URI")
    uri = (
        given or read_settings(TrackingSettings, "tracking").uri or f"sqlite:///{var('mlflow.db')}"
    )
    mlflow.set_tracking_uri(uri)
    if given is None:  # MLflow sets it, and we would take it for the owner's word next time
        os.environ.pop("MLFLOW_TRACKING_URI", None)
    return connect(uri)


@cache
def connect(uri: str) -> MlflowClient:
    """A client that had an answer. The lock is for SQLite, which two first users would spoil."""
    var().mkdir(exist_ok=True)
    found = MlflowClient(uri, uri)
    try:
        with FileLock(var("mlflow.lock")):
            found.search_experiments(max_results=1)
    except MlflowException as error:
        raise TrackingUnavailableError(
            f"MLflow at {uri} does not answer: {str(error).splitlines()[0]}"
        ) from None
    return found


def experiment_id() -> str:
    """The id of the experiment; made once, under a lock: two first users would race."""
    name, known = read_settings(TrackingSettings, "tracking").experiment, mlflow_client()
    with FileLock(var("mlflow.lock")):
        if found := known.get_experiment_by_name(name):
            return str(found.experiment_id)
        local = mlflow.get_tracking_uri().startswith("sqlite:")
        place = var("mlflow").as_uri() if local else None
        return str(known.create_experiment(name, artifact_location=place))


def recorded_runs() -> dict[str, str]:
    """run id -> MLflow run id, of the runs that arrived whole."""
    whole = "tags.run != '' and status = 'FINISHED'"
    return {run.data.tags["run"]: run.info.run_id for run in search_runs(whole)}


def search_runs(query: str) -> list[Any]:
    found: list[Any] = []
    here, token = [experiment_id()], None
    while True:
        page = mlflow_client().search_runs(here, query, max_results=1000, page_token=token)
        found += page
        token = page.token
        if not token:
            return found


def record_run(run: Run) -> str:
    """The MLflow run of this run, found by its tag or made; recording twice is recording once."""
    if known := recorded_runs().get(run.id):
        return known
    for stale in search_runs(f"tags.run = '{run.id}'"):
        mlflow_client().set_terminated(
            stale.info.run_id, "KILLED"
        )  # a recording that was cut short
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
            # The very bytes: a second dump of a model has another digest.
            extra_files=[str(file) for file in sorted(run.folder.iterdir())],
        )
    return str(started.info.run_id)


def record_missing_runs() -> list[str]:
    """Record what is not recorded: runs made by hand, before tracking, or while it was away."""
    known = recorded_runs()
    return [run.id for run in runs.list_runs() if run.id not in known and record_run(run)]
