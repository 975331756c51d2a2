"""MLflow's registry as a record, and a registry made anew from one. Only with SQLite in var/."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from .. import runs, storage
from ..registry.versions import CHAMPION, get_champion, list_versions, register_run
from ..settings import NAME, read_settings, var
from ..tracking import recorder
from ..tracking.recorder import mlflow_client
from .record import Entry, Registry

SERVER = "MLFLOW_TRACKING_URI"
FILE = "mlflow.db"


def local() -> bool:
    """Whether the registry is the file in var/; a server keeps its own state."""
    return not (os.environ.get(SERVER) or read_settings(recorder.TrackingSettings, "tracking").uri)


def export() -> Registry:
    """What the registry says now."""
    entries = tuple(storage.from_stored(Entry, asdict(version)) for version in list_versions())
    crowned = get_champion()
    last = max((each.number for each in entries), default=0)
    return Registry(entries, crowned.number if crowned else None, last + 1)


def differs(registry: Registry) -> bool:
    """Whether the file in var/ holds anything else, or what cannot be read."""
    if not var(FILE).exists():
        return False
    try:
        return export().versions != registry.versions
    except Exception:  # whatever MLflow says of it: then it is worth keeping
        return True


def rebuild(registry: Registry) -> None:
    """Make `var/mlflow.db` anew, whole or not at all: every version with its own number."""
    part = var("mlflow.part.db")
    part.unlink(missing_ok=True)
    with recording_to(f"sqlite:///{part}"):
        known = {entry.number: entry for entry in registry.versions}
        for number in range(1, registry.next):
            enter(known[number]) if number in known else skip()
        if registry.champion:
            mlflow_client().set_registered_model_alias(NAME, CHAMPION, str(registry.champion))
        recorder.record_missing_runs()  # runs that are no version
    part.replace(var(FILE))


def enter(entry: Entry) -> None:
    register_run(runs.read(entry.run))
    for tag, said in {"passed": entry.passed, "rejected": entry.rejected}.items():
        if said:
            mlflow_client().set_model_version_tag(NAME, str(entry.number), tag, said)


def skip() -> None:
    """Spend a number whose version is gone: MLflow counts deleted ones too."""
    if not mlflow_client().search_registered_models(f"name = '{NAME}'"):
        mlflow_client().create_registered_model(NAME)
    gone = mlflow_client().create_model_version(NAME, "gone")
    mlflow_client().delete_model_version(NAME, gone.version)


@contextmanager
def recording_to(uri: str) -> Iterator[None]:
    os.environ[SERVER] = uri
    try:
        yield
    finally:
        del os.environ[SERVER]
