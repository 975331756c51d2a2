"""Record finished runs in MLflow. `var/runs` is the source of truth, MLflow an index of it."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import mlflow
from mlflow.entities import Dataset, DatasetInput, InputTag
from mlflow.types import Schema
from mlflow.utils.mlflow_tags import (
    MLFLOW_DATASET_CONTEXT,
    MLFLOW_GIT_COMMIT,
    MLFLOW_SOURCE_NAME,
)
from mlflow.utils.validation import MAX_DATASET_DIGEST_SIZE

from .. import runs
from ..errors import InputError, warn
from ..formatting import format_number, format_range
from ..runs import Run
from ..settings import NAME, read_settings, var
from ..spec import NO_TIME, DataSpec
from .client import (
    TrackingSettings,
    TrackingUnavailableError,
    creation_lock,
    explain_mlflow_errors,
    mlflow_client,
)
from .mlflow_model import input_columns, log_model, read_spec, target_column

EXPERIMENT_TAGS = {"mlflow.experimentKind": "custom_model_development"}  # the pages for models


@explain_mlflow_errors()
def experiment_id() -> str:
    """The id of the experiment, which is created under a lock if it does not exist."""
    name, client = read_settings(TrackingSettings, "tracking").experiment, mlflow_client()
    with creation_lock():
        if experiment := client.get_experiment_by_name(name):
            if experiment.lifecycle_stage != "active":  # a person deleted it in MLflow
                client.restore_experiment(experiment.experiment_id)
            return str(experiment.experiment_id)
        is_local = mlflow.get_tracking_uri().startswith("sqlite:")
        location = var("mlflow").as_uri() if is_local else None
        return str(client.create_experiment(name, location, EXPERIMENT_TAGS))


@explain_mlflow_errors()
def search_runs(query: str) -> list[Any]:
    return list(mlflow.search_runs([experiment_id()], query, output_format="list"))


def recorded_runs() -> dict[str, str]:
    """run id -> MLflow run id, of the runs that are recorded completely."""
    complete = search_runs("tags.run != '' and status = 'FINISHED'")
    ids = {run.data.tags.get("run"): run.info.run_id for run in complete}
    return {id: recorded for id, recorded in ids.items() if id}


@explain_mlflow_errors()
def record_run(run: Run) -> str:
    """Record a run unless it is recorded already; returns its MLflow run id."""
    client = mlflow_client()
    for recorded in search_runs(f"tags.run = '{run.id}'"):
        if recorded.info.status == "FINISHED":
            return str(recorded.info.run_id)
        client.set_terminated(recorded.info.run_id, "KILLED")  # its recording was interrupted
    spec = read_spec(run)
    texts = {"run_name": run_name(run), "description": describe_run(run), "tags": run_tags(run)}
    with mlflow.start_run(experiment_id=experiment_id(), **texts) as started:
        mlflow.log_params(run.params)
        mlflow.log_metrics(run.metrics | interval_metrics(run))
        client.log_inputs(started.info.run_id, [describe_data(run, spec)])
        mlflow.log_artifacts(str(run.folder))
        log_model(run, spec)
    return str(started.info.run_id)


def run_tags(run: Run) -> dict[str, str]:
    """What a run is made of; code and commit also in the tags that MLflow shows as the source."""
    tags = {"run": run.id, "period": run.period, "data": run.data, "spec": run.spec}
    tags |= {"code": run.code, "commit": run.commit or "", "model": run.model or ""}
    tags |= {"evaluated_on": run.evaluated_on, "estimator": run.estimator or ""}
    return tags | {MLFLOW_SOURCE_NAME: f"{NAME} train", MLFLOW_GIT_COMMIT: run.commit or ""}


def run_name(run: Run) -> str:
    """Such as `2013-03 trees, mae 7.52`."""
    metric, value = next(iter(run.metrics.items()))
    period = "" if run.period == NO_TIME else f"{run.period} "
    return f"{period}{run.estimator or 'model'}, {metric} {format_number(value)}"


def describe_run(run: Run) -> str:
    """What was trained on what, and how good it is, in sentences."""
    metric, value = next(iter(run.metrics.items()))
    interval = format_range(*run.intervals.get(metric, ()))
    return (
        f"Trained on {run.training_rows} with the estimator "
        f"{run.estimator or 'of model.py'}. {metric} {format_number(value)}"
        f"{interval and f' ({interval})'} from the {run.evaluated_on}; "
        f"baseline {format_number(run.metrics.get(f'{metric}_baseline'))}."
    )


def describe_data(run: Run, spec: DataSpec) -> DatasetInput:
    """The rows of a run as an MLflow data set: digest, source, columns, count and period."""
    scheme = urlsplit(spec.source).scheme.replace("https", "http") or "local"
    columns = Schema([*input_columns(spec), target_column(spec, spec.target)])
    values = {
        "source": {"url" if scheme == "http" else "uri": spec.source},
        "schema": {"mlflow_colspec": columns.to_dict()},
        "profile": {"num_rows": run.rows},
    }
    texts = {name: json.dumps(value) for name, value in values.items()}
    name, digest = Path(urlsplit(spec.source).path).stem, run.data[:MAX_DATASET_DIGEST_SIZE]
    tags = {MLFLOW_DATASET_CONTEXT: "training", "period": run.period}
    return DatasetInput(
        Dataset(name, digest, scheme, **texts), [InputTag(*pair) for pair in tags.items()]
    )


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
