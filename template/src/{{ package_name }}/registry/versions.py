"""Versions in the MLflow registry; the alias `champion` marks the one to release."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
from mlflow import MlflowException

from .. import runs
from ..errors import InputError
from ..runs import Run
from ..settings import NAME
from ..storage import from_stored
from ..tracking.recorder import mlflow_client, record_run

CHAMPION = "champion"
NOT_FOUND_CODES = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")


@dataclass(frozen=True)
class Version:
    """A registered run. `passed` or `rejected` holds the reason that the gate gave."""

    number: int
    run: str
    passed: str | None = None
    rejected: str | None = None


def register_run(run: Run) -> Version:
    """The version of this run, which is created if it does not exist."""
    if version := next((each for each in list_versions() if each.run == run.id), None):
        return version
    client = mlflow_client()
    recorded = client.get_run(record_run(run)).info
    query = f"source_run_id = '{recorded.run_id}'"
    model = client.search_logged_models([recorded.experiment_id], query)[0]
    if not client.search_registered_models(f"name = '{NAME}'"):
        client.create_registered_model(NAME)
    created = client.create_model_version(
        NAME, model.model_uri, recorded.run_id, tags={"run": run.id}, model_id=model.model_id
    )
    return Version(int(created.version), run.id)


def list_versions() -> list[Version]:
    """All versions, oldest first."""
    versions = mlflow_client().search_model_versions(f"name = '{NAME}'")
    return sorted(map(to_version, versions), key=lambda version: version.number)


def to_version(stored: Any) -> Version:
    tags = stored.tags
    return Version(int(stored.version), tags["run"], tags.get("passed"), tags.get("rejected"))


def find_version(number: int) -> Version:
    """The version with this number; InputError if it does not exist."""
    if version := next((each for each in list_versions() if each.number == number), None):
        return version
    raise InputError(f"there is no version {number}: `{NAME} models list` shows all versions")


def get_champion() -> Version | None:
    """The champion; None if the registry has none. A registry that does not answer is an error."""
    try:
        return to_version(mlflow_client().get_model_version_by_alias(NAME, CHAMPION))
    except MlflowException as error:
        if error.error_code in NOT_FOUND_CODES:
            return None
        raise


def set_champion(version: Version, reason: str) -> None:
    """Make this version the champion. Releasing it is the task of deployment."""
    mlflow_client().set_model_version_tag(NAME, str(version.number), "passed", reason)
    mlflow_client().set_registered_model_alias(NAME, CHAMPION, str(version.number))


def reject(version: Version, reason: str) -> None:
    """Mark a version that must never be champion."""
    mlflow_client().set_model_version_tag(NAME, str(version.number), "rejected", reason)


def fetch_run(version: Version) -> Run:
    """The finished run of a version, downloaded from the registry if it is not on this machine."""
    try:
        return runs.read(version.run)
    except FileNotFoundError:
        uri = f"models:/{NAME}/{version.number}"
        downloaded = Path(mlflow.artifacts.download_artifacts(uri))
        file = next(downloaded.rglob("run.json"))
        run = from_stored(Run, json.loads(file.read_text()))
        kinds = (".csv", ".png", ".skops")  # not the files that MLflow adds
        saved = [path for path in file.parent.iterdir() if path.suffix in kinds]
        return runs.write(run, {path.name: path.read_bytes() for path in saved})
