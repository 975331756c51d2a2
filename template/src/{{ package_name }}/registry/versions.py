"""Versions in the MLflow registry; the alias `champion` marks the one to release."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import mlflow
from mlflow import MlflowException

from .. import runs
from ..errors import InputError, warn
from ..runs import Run
from ..settings import NAME, var
from ..storage import DamagedFileError, atomic_folder, sha256
from ..tracking.client import (
    TrackingUnavailableError,
    explain_mlflow_errors,
    mlflow_client,
    shorten,
)
from ..tracking.mlflow_model import MODEL_FILE

CHAMPION = "champion"
NOT_FOUND_CODES = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")


@dataclass(frozen=True)
class Version:
    """A registered run. `passed` or `rejected` holds the reason that the gate gave."""

    number: int
    run: str
    passed: str | None = None
    rejected: str | None = None
    model: str | None = None  # sha256 of the model when it was registered


def read_deliveries() -> list[Any]:
    """The lines of the pointer, oldest first, if a capability has one (`*/pointer.py`)."""
    files = Path(__file__).parents[1].glob("*/pointer.py")
    pointers = [import_module(f"...{file.parent.name}.pointer", __name__) for file in files]
    return [line for each in pointers for line in each.read_history()]


def search_versions() -> list[Any]:
    """All versions in MLflow, also those that were made by hand."""
    return list(mlflow_client().search_model_versions(f"name = '{NAME}'"))


@explain_mlflow_errors()
def list_versions() -> list[Version]:
    """All versions, oldest first."""
    ours = [to_version(each) for each in search_versions() if "run" in each.tags]
    return sorted(ours, key=lambda version: version.number)


def to_version(stored: Any) -> Version:
    tags = stored.tags
    decisions = {name: tags.get(name) or None for name in ("passed", "rejected", "model")}
    return Version(read_number(stored), tags["run"], **decisions)


def read_number(stored: Any) -> int:
    """The number of a version as a registry answers it."""
    try:
        return int(stored.version)
    except ValueError:
        answer = f"MLflow answers that a version has the number {shorten(repr(stored.version))}"
        raise TrackingUnavailableError(f"{answer}: check that the server is MLflow") from None


def find_version(number: int) -> Version:
    """The version with this number; InputError if it does not exist."""
    if version := next((each for each in list_versions() if each.number == number), None):
        return version
    raise InputError(f"there is no version {number}: `{NAME} models list` shows all versions")


def get_champion() -> Version | None:
    """The champion; None if there is none. A registry that does not answer is an error.

    A version that has not passed the gate, or was rejected later, is no champion, whatever the
    alias says: then it is the newest one that passed, unless a newer one is the active release.
    """
    candidates = [each for each in list_versions() if each.passed and not each.rejected]
    alias = aliased_number()
    if aliased := next((each for each in candidates if each.number == alias), None):
        return aliased
    active = max((line.version for line in read_deliveries()[-1:]), default=0)
    return candidates[-1] if candidates and candidates[-1].number >= active else None


@explain_mlflow_errors()
def aliased_number() -> int | None:
    try:
        return read_number(mlflow_client().get_model_version_by_alias(NAME, CHAMPION))
    except MlflowException as error:
        if error.error_code in NOT_FOUND_CODES:
            return None
        raise


@explain_mlflow_errors()
def set_champion(version: Version, reason: str) -> None:
    """Make this version the champion. Releasing it is the task of deployment."""
    mlflow_client().set_registered_model_alias(NAME, CHAMPION, str(version.number))
    # Last: after a kill, a version that has not passed is no champion, and is evaluated again.
    mlflow_client().set_model_version_tag(NAME, str(version.number), "passed", reason)


@explain_mlflow_errors()
def reject(version: Version, reason: str) -> None:
    """Mark a version that must never be champion."""
    mlflow_client().set_model_version_tag(NAME, str(version.number), "rejected", reason)


@explain_mlflow_errors()
def fetch_run(version: Version) -> Run:
    """The finished run of a version, downloaded from the registry if it is not on this machine."""
    try:
        return runs.read(version.run)
    except FileNotFoundError:
        file = download_run(version)
        run = runs.read_file(file, f"restore {var('runs', version.run)}")
        others = [each for each in file.parent.iterdir() if each != file]
        return runs.write(run, {each.name: each.read_bytes() for each in others})


def fetch_readable_run(version: Version) -> Run | None:
    """The run of a version; None, with a warning, if it cannot be read."""
    try:
        return fetch_run(version)
    except InputError as error:
        warn(f"the run of version {version.number} is skipped: {error}")
        return None


def download_run(version: Version) -> Path:
    """run.json between the other files of a run: artifacts of its MLflow run.

    An earlier release of the template recorded them as extra files of the model.
    """
    recorded = mlflow_client().get_model_version(NAME, str(version.number)).run_id
    place = {"artifact_uri": f"models:/{NAME}/{version.number}"}
    if mlflow_client().list_artifacts(recorded):
        place = {"run_id": recorded}
    folder = Path(mlflow.artifacts.download_artifacts(**place))
    if file := next(folder.rglob("run.json"), None):
        return file
    raise InputError(f"the registry has no run.json: restore {var('runs', version.run)}")


@explain_mlflow_errors()
def fetch_model(version: Version, folder: Path) -> None:
    """Download the MLflow model of a version into a new folder."""
    if folder.exists():
        raise InputError(f"{folder} exists already: name a new folder")
    with atomic_folder(folder) as part:
        uri = f"models:/{NAME}/{version.number}"
        mlflow.artifacts.download_artifacts(uri, dst_path=str(part))
        if not (part / MODEL_FILE).is_file():
            raise InputError(
                f"version {version.number} is of an earlier release of the template, "
                "which recorded no model to fetch: train again"
            )
        if sha256((part / MODEL_FILE).read_bytes()) != version.model:
            raise DamagedFileError(f"{uri} is not the model that was registered: train it again")
