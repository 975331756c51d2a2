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
from ..storage import DamagedFileError, atomic_folder, read_record, sha256
from ..tracking.client import (
    TrackingUnavailableError,
    explain_mlflow_errors,
    mlflow_client,
)
from ..tracking.mlflow_model import MODEL_FILE
from ..tracking.recorder import describe_run, record_run

CHAMPION = "champion"
FILLER = "filler"  # a tag of a version that only takes a number
INCOMPLETE = "incomplete"  # a tag of the registered model while its versions are restored
NOT_FOUND_CODES = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")


@dataclass(frozen=True)
class Version:
    """A registered run. `passed` or `rejected` holds the reason that the gate gave."""

    number: int
    run: str
    passed: str | None = None
    rejected: str | None = None
    model: str | None = None  # sha256 of the model when it was registered


def register_run(run: Run) -> Version:
    """The version of this run, which is created if it does not exist."""
    restore_versions()
    if version := next((each for each in list_versions() if each.run == run.id), None):
        return version
    return create_version(run, above=max(released_runs(read_deliveries()), default=0))


@explain_mlflow_errors()
def create_version(run: Run, above: int, **decisions: str) -> Version:
    """A new version of a run, with a number higher than `above` and than all there were."""
    client = mlflow_client()
    model = find_logged_model(run)
    if not find_registered_model():
        client.create_registered_model(NAME)
    # MLflow counts versions. Those that fill a gap are deleted last: deleted ones are not listed.
    number = max((int(each.version) for each in search_versions()), default=0)
    while number < above:
        filler = client.create_model_version(NAME, model.model_uri, tags={FILLER: "true"})
        number = int(filler.version)
    tags = {"run": run.id, "model": run.model or "", **decisions}
    facts = {"run_id": model.source_run_id, "model_id": model.model_id, "tags": tags}
    facts |= {"description": describe_run(run)}
    created = to_version(client.create_model_version(NAME, model.model_uri, **facts))
    for each in search_versions():
        if FILLER in each.tags:
            client.delete_model_version(NAME, each.version)
    return created


def find_logged_model(run: Run) -> Any:
    """The MLflow model of a run, which is recorded again if its model was deleted in MLflow."""
    client = mlflow_client()
    for _ in range(2):
        recorded = client.get_run(record_run(run)).info
        query = f"source_run_id = '{recorded.run_id}'"
        if models := client.search_logged_models([recorded.experiment_id], query):
            return models[0]
        client.set_terminated(recorded.run_id, "KILLED")
    raise TrackingUnavailableError(f"MLflow does not return the model of {run.id}: try again later")


def find_registered_model() -> Any:
    """What MLflow stores about all versions; None before the first version."""
    return next(iter(mlflow_client().search_registered_models(f"name = '{NAME}'")), None)


@explain_mlflow_errors()
def restore_versions() -> None:
    """Register the released runs again, with their numbers, if the registry has lost all.

    Until all of them are registered, a tag says so: a restore that was interrupted is continued.
    """
    if not (lines := read_deliveries()) or is_complete():
        return
    warn("the registry has lost its versions: those that were released are registered again")
    client, registered = mlflow_client(), {each.run for each in list_versions()}
    for number, run in sorted(released_runs(lines).items()):
        if run not in registered:
            restore_version(number, run)
    decided = (lines[-1].challenger or lines[-1]).release
    if champion := next((each for each in list_versions() if each.run == decided), None):
        client.set_registered_model_alias(NAME, CHAMPION, str(champion.number))
    client.delete_registered_model_tag(NAME, INCOMPLETE)


def is_complete() -> bool:
    """Whether the registry has versions, and all that a restore registers; otherwise it is marked.

    The model is created with the mark, so that no kill can come between them.
    """
    client, model = mlflow_client(), find_registered_model()
    if model and INCOMPLETE not in model.tags and list_versions():
        return True
    if model:
        client.set_registered_model_tag(NAME, INCOMPLETE, "true")
    else:
        client.create_registered_model(NAME, {INCOMPLETE: "true"})
    return False


def restore_version(number: int, run: str) -> None:
    try:
        reason = "released before the registry was lost"
        create_version(runs.read(run), above=number - 1, passed=reason)
    except (DamagedFileError, FileNotFoundError):
        warn(f"version {number} is lost: {run} is not in {var('runs')}")


def read_deliveries() -> list[Any]:
    """The lines of the pointer, oldest first, if a capability has one (`*/pointer.py`)."""
    files = Path(__file__).parents[1].glob("*/pointer.py")
    pointers = [import_module(f"...{file.parent.name}.pointer", __name__) for file in files]
    return [line for each in pointers for line in each.read_history()]


def released_runs(lines: list[Any]) -> dict[int, str]:
    """number -> run of each version that a pointer names.

    A version that is only tried has passed the gate too, and its number must not be given again.
    """
    tried = [line.challenger for line in lines if line.challenger]
    return {each.version: each.release for each in [*tried, *lines]}


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
    return Version(int(stored.version), tags["run"], **decisions)


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
        return int(mlflow_client().get_model_version_by_alias(NAME, CHAMPION).version)
    except MlflowException as error:
        if error.error_code in NOT_FOUND_CODES:
            return None
        raise


@explain_mlflow_errors()
def set_champion(version: Version, reason: str) -> None:
    """Make this version the champion. Releasing it is the task of deployment."""
    mlflow_client().set_model_version_tag(NAME, str(version.number), "passed", reason)
    mlflow_client().set_registered_model_alias(NAME, CHAMPION, str(version.number))


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
        run = read_record(Run, file, f"restore {var('runs', version.run)}")
        others = [each for each in file.parent.iterdir() if each != file]
        return runs.write(run, {each.name: each.read_bytes() for each in others})


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
