"""Connects to MLflow, and explains in one sentence what MLflow cannot do."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import mlflow
from mlflow import MlflowClient, MlflowException
from pydantic import field_validator
from requests import RequestException
from sqlalchemy.exc import SQLAlchemyError

from ..errors import MAKE_ROOM, PERMIT, InputError
from ..ingestion.locks import PATIENCE, HeldLock, hold_lock
from ..settings import NAME, read_settings, var
from ..spec import FrozenModel, check_address
from ..storage import atomic_file

SQLITE = "sqlite:///"
REMEDIES = {  # what SQLite reports -> what helps
    "database is locked": "another process uses it: try again later",
    "disk is full": MAKE_ROOM,
    "disk I/O error": MAKE_ROOM,
    "readonly database": PERMIT,
    "unable to open": PERMIT,
}


class TrackingUnavailableError(InputError):
    """The tracking server or database does not answer."""


class TrackingSettings(FrozenModel):
    """`conf/tracking.yml`; the variable MLFLOW_TRACKING_URI wins over `uri`."""

    uri: str | None = None  # by default SQLite in var/
    experiment: str = NAME

    _check_uri = field_validator("uri")(check_address)


@contextmanager
def explain_mlflow_errors() -> Iterator[None]:
    """TrackingUnavailableError for what the server or the database reports."""
    try:
        yield
    except (MlflowException, RequestException, SQLAlchemyError) as error:
        if mlflow.get_tracking_uri().startswith(SQLITE) and "sqlite3." not in str(error):
            raise  # a defect: it is not the database that refuses
        raise TrackingUnavailableError(describe(str(error))) from None


def describe(reason: str) -> str:
    """What MLflow reports in one line, and what to do about it."""
    uri = mlflow.get_tracking_uri()
    reason = reason.splitlines()[0]
    if uri.startswith(SQLITE):
        remedies = (remedy for text, remedy in REMEDIES.items() if text in reason)
        file = Path(uri.removeprefix(SQLITE))
        return f"{file} cannot be used ({reason}): {next(remedies, replace_database(file))}"
    host = urlsplit(uri).hostname or uri  # an address may hold a password
    reason = reason.replace(uri.rstrip("/"), host)
    return f"MLflow at {host} does not answer: {reason}; run `{NAME} track` later"


def replace_database(file: Path) -> str:
    return f"delete {file} and run `{NAME} track`, which records the runs again"


def mlflow_client() -> MlflowClient:
    """A client of the tracking server, or of the SQLite file in `var/`."""
    variable = os.environ.get("MLFLOW_TRACKING_URI")
    default = f"{SQLITE}{var('mlflow.db')}"
    uri = variable or read_settings(TrackingSettings, "tracking").uri or default
    try:
        check_address(variable)
    except ValueError as error:
        raise InputError(f"MLFLOW_TRACKING_URI: {error}") from None
    mlflow.set_tracking_uri(uri)
    if variable is None:  # MLflow sets it, and the next call would take it for the user's choice
        os.environ.pop("MLFLOW_TRACKING_URI", None)
    return connect(uri)


@cache
@explain_mlflow_errors()
def connect(uri: str) -> MlflowClient:
    """A client that got an answer. Without the lock two processes could create one SQLite file."""
    file = Path(uri.removeprefix(SQLITE))
    if uri.startswith(SQLITE) and file.exists() and not file.is_file():
        raise TrackingUnavailableError(f"{file} is not a file: {replace_database(file)}")
    with creation_lock():
        if uri.startswith(SQLITE) and not file.exists():
            create_database(file)
        client = MlflowClient(uri, uri)
        client.search_experiments(max_results=1)
    return client


def creation_lock() -> HeldLock:
    """Held while the database or the experiment is created."""
    return hold_lock(var("mlflow.lock"), "another command is creating the database", PATIENCE)


def create_database(file: Path) -> None:
    """An empty database, complete or absent: a killed process would leave half of its tables."""
    with atomic_file(file) as part:
        address = f"{SQLITE}{part}"
        MlflowClient(address, address).search_experiments(max_results=1)
