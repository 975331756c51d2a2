"""Versions in MLflow's registry, and the alias `champion`: the decision which one is ours."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
from mlflow import MlflowException

from .. import runs, storage
from ..errors import InputError
from ..runs import Run
from ..settings import NAME
from ..tracking.recorder import mlflow_client, record_run

CHAMPION = "champion"
NOT_FOUND_CODES = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")


@dataclass(frozen=True)
class Version:
    """A registered run. `passed` and `refused` are what the gate said; both empty: not judged."""

    number: int
    run: str
    passed: str | None = None
    rejected: str | None = None


def register_run(run: Run) -> Version:
    """The version of this run; made if there is none."""
    if known := next((each for each in list_versions() if each.run == run.id), None):
        return known
    tracked = mlflow_client().get_run(record_run(run))
    source = f"source_run_id = '{tracked.info.run_id}'"
    model = mlflow_client().search_logged_models([tracked.info.experiment_id], source)[0]
    if not mlflow_client().search_registered_models(f"name = '{NAME}'"):
        mlflow_client().create_registered_model(NAME)
    made = mlflow_client().create_model_version(
        NAME, model.model_uri, tracked.info.run_id, tags={"run": run.id}, model_id=model.model_id
    )
    return Version(int(made.version), run.id)


def list_versions() -> list[Version]:
    """All versions, oldest first."""
    found: list[Any] = []
    token = None
    while True:
        page = mlflow_client().search_model_versions(f"name = '{NAME}'", page_token=token)
        found += page
        token = page.token
        if not token:
            return sorted((to_version(each) for each in found), key=lambda each: each.number)


def to_version(found: Any) -> Version:
    tags = found.tags
    return Version(int(found.version), tags["run"], tags.get("passed"), tags.get("rejected"))


def find_version(number: int) -> Version:
    """The version of this number; InputError if there is none."""
    if found := next((each for each in list_versions() if each.number == number), None):
        return found
    raise InputError(f"there is no version {number}: `{NAME} models list` shows what there is")


def get_champion() -> Version | None:
    """The champion; None only if the registry says there is none. No answer is an error."""
    try:
        return to_version(mlflow_client().get_model_version_by_alias(NAME, CHAMPION))
    except MlflowException as error:
        if error.error_code in NOT_FOUND_CODES:
            return None
        raise


def set_champion(version: Version, reason: str) -> None:
    """Make it champion. That is the decision; the delivery is somebody else's work."""
    mlflow_client().set_model_version_tag(NAME, str(version.number), "passed", reason)
    mlflow_client().set_registered_model_alias(NAME, CHAMPION, str(version.number))


def reject(version: Version, reason: str) -> None:
    """Never to be champion."""
    mlflow_client().set_model_version_tag(NAME, str(version.number), "rejected", reason)


def fetch_run(version: Version) -> Run:
    """The finished run of a version, from the registry if this machine has not got it."""
    try:
        return runs.read(version.run)
    except FileNotFoundError:
        uri = f"models:/{NAME}/{version.number}"
        found = Path(mlflow.artifacts.download_artifacts(uri))
        kept = next(found.rglob("run.json"))
        run = storage.from_stored(Run, json.loads(kept.read_text()))
        return runs.restore(run, kept.parent)
