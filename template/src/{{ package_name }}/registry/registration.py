"""Registers runs as versions, also those of a registry that was lost."""

from typing import Any

from .. import runs
from ..errors import warn
from ..runs import Run
from ..settings import NAME, var
from ..storage import DamagedFileError
from ..tracking.client import TrackingUnavailableError, explain_mlflow_errors, mlflow_client
from ..tracking.recorder import describe_run, record_run
from .versions import (
    CHAMPION,
    Version,
    list_versions,
    read_deliveries,
    read_number,
    search_versions,
    to_version,
)

FILLER = "filler"  # a tag of a version that only takes a number
INCOMPLETE = "incomplete"  # a tag of the registered model while its versions are restored


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
    number = max(map(read_number, search_versions()), default=0)
    while number < above:
        filler = client.create_model_version(NAME, model.model_uri, tags={FILLER: "true"})
        number = read_number(filler)
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


def released_runs(lines: list[Any]) -> dict[int, str]:
    """number -> run of each version that a pointer names.

    A version that is only tried has passed the gate too, and its number must not be given again.
    """
    tried = [line.challenger for line in lines if line.challenger]
    return {each.version: each.release for each in [*tried, *lines]}
