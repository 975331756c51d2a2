"""The registry as one JSON file, exported from `var/mlflow.db` and used to rebuild it."""

import os
from pathlib import Path
from typing import Literal

from .. import runs
from ..errors import InputError
from ..registry import registration
from ..registry import versions as model_versions
from ..settings import NAME, read_settings, var
from ..spec import FrozenModel
from ..storage import atomic_file, read_record
from ..tracking.client import TrackingSettings, mlflow_client
from ..tracking.recorder import record_missing_runs

SERVER = "MLFLOW_TRACKING_URI"
DATABASE = "mlflow.db"


class Registry(FrozenModel):
    """All versions with their verdicts."""

    format: Literal[1] = 1
    champion: int | None = None
    versions: tuple[model_versions.Version, ...] = ()

    @property
    def runs(self) -> set[tuple[int, str]]:
        return {(version.number, version.run) for version in self.versions}


def save(registry: Registry, file: Path) -> None:
    with atomic_file(file) as part:
        part.write_text(registry.model_dump_json(indent=2) + "\n")


def load(file: Path) -> Registry:
    """Return the registry that a file holds, an empty one if there is no file."""
    remedy = "if newer code wrote it, pull that"
    if file.parent == var("state"):
        remedy += f", otherwise delete {file} and run `{NAME} state restore`"
    return read_record(Registry, file, remedy) if file.exists() else Registry()


def is_local() -> bool:
    # A tracking server keeps runs and registry itself.
    return not (os.environ.get(SERVER) or read_settings(TrackingSettings, "tracking").uri)


def complete() -> None:
    """Complete a restore of the registry that was interrupted: what is half is not published."""
    if is_local() and var(DATABASE).exists():
        registration.restore_versions()


def export(before: Registry) -> Registry:
    """Return what the database holds now; `before` if it holds nothing."""
    known = model_versions.list_versions() if is_local() and var(DATABASE).exists() else []
    for version in known:
        model_versions.fetch_run(version)  # its folder may have been deleted here
    if not known:
        return before
    best = model_versions.get_champion()
    return Registry(champion=best.number if best else None, versions=tuple(known))


def rebuild(registry: Registry) -> None:
    """Replace the database, all of it or nothing: every version keeps its number."""
    with atomic_file(var(DATABASE)) as part:
        os.environ[SERVER] = f"sqlite:///{part}"
        try:
            for version in registry.versions:
                add(version, champion=version.number == registry.champion)
            record_missing_runs()
        finally:
            del os.environ[SERVER]


def add(version: model_versions.Version, champion: bool) -> None:
    client, run, number = mlflow_client(), runs.read(version.run), str(version.number)
    if version.model not in (None, run.model):
        raise InputError(f"{run.folder} is not the run that was registered as version {number}")
    registration.create_version(run, above=version.number - 1)
    for tag, reason in {"passed": version.passed, "rejected": version.rejected}.items():
        if reason:
            client.set_model_version_tag(NAME, number, tag, reason)
    if champion:
        client.set_registered_model_alias(NAME, model_versions.CHAMPION, number)
