"""Connects to MLflow, and explains in one sentence what MLflow cannot do."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import mlflow
from google.protobuf.json_format import ParseError
from mlflow import MlflowClient, MlflowException
from pydantic import Field, field_validator
from requests import RequestException
from sqlalchemy.exc import SQLAlchemyError

from ..errors import MAKE_ROOM, PERMIT, InputError
from ..ingestion.locks import PATIENCE, HeldLock, hold_lock
from ..settings import NAME, read_settings, var
from ..spec import FrozenModel, check_address
from ..storage import atomic_file

ADDRESS = "MLFLOW_TRACKING_URI or conf/tracking.yml"
DATABASE, SQLITE = "mlflow.db", "sqlite:///"
MAX_REASON = 300  # characters of what a server answers
PREFACE = "(raised as a result of"  # SQLAlchemy says first when it wrote, then what failed
REFUSED = "check conf/tracking.yml, and run the command again"
# What MLflow reports of a database that it cannot read, or that another MLflow wrote.
DAMAGES = (
    "sqlite3.DatabaseError",
    "sqlite3.OperationalError",
    "database schema",
    "migration",
    "codec can't decode",
)
REMEDIES = {  # what SQLite reports -> what helps
    "database is locked": "another process uses it: try again later",
    "disk is full": MAKE_ROOM,
    "disk I/O error": MAKE_ROOM,
    "readonly database": PERMIT,
    "unable to open": PERMIT,
}

# It logs, with a traceback, what it then raises.
logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)


class TrackingUnavailableError(InputError):
    """The tracking server or database does not answer."""


class TrackingSettings(FrozenModel):
    """`conf/tracking.yml`; the variable MLFLOW_TRACKING_URI wins over `uri`."""

    uri: str | None = None  # by default SQLite in var/
    experiment: str = Field(default=NAME, min_length=1, max_length=500)

    _check_uri = field_validator("uri")(check_address)


@contextmanager
def explain_mlflow_errors() -> Iterator[None]:
    """TrackingUnavailableError for what the server or the database reports."""
    try:
        yield
    except (MlflowException, ParseError, RequestException, SQLAlchemyError, UnicodeError) as error:
        raise TrackingUnavailableError(describe(str(error))) from None
    except ModuleNotFoundError as error:  # the driver of a database
        library = f"the address of MLflow needs the library {error.name}"
        raise TrackingUnavailableError(
            f"{library}: add it to the project, or change {ADDRESS}"
        ) from None


def describe(reason: str) -> str:
    """What MLflow reports in one line, and what to do about it."""
    uri = mlflow.get_tracking_uri()
    reason = shorten(reason)
    if uri.startswith(SQLITE):
        file = Path(uri.removeprefix(SQLITE))
        remedies = (remedy for text, remedy in REMEDIES.items() if text in reason)
        is_damaged = any(text in reason for text in DAMAGES)
        remedy = next(remedies, replace_database(file) if is_damaged else REFUSED)
        return f"{file} cannot be used ({reason}): {remedy}"
    host = urlsplit(uri).hostname or uri  # an address may hold a password
    reason = reason.replace(uri.rstrip("/"), host)
    return f"MLflow at {host} does not answer: {reason}; run `{NAME} track` later"


def shorten(reason: str) -> str:
    """The first line of what a server answers, without what cannot be printed."""
    lines = reason.encode(errors="replace").decode().splitlines()
    line = next((each for each in lines if not each.startswith(PREFACE)), "no reason")
    return line if len(line) <= MAX_REASON else f"{line[:MAX_REASON]} …"


def replace_database(file: Path) -> str:
    if file != var(DATABASE):  # others may use it
        return f"name the file of a database in {ADDRESS}"
    return f"delete {file} and run `{NAME} track`, which records the runs again"


def mlflow_client() -> MlflowClient:
    """A client of the tracking server, or of the SQLite file in `var/`."""
    variable = os.environ.get("MLFLOW_TRACKING_URI")
    default = f"{SQLITE}{var(DATABASE)}"
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
    if uri.startswith(SQLITE) and (uri == SQLITE or (file.exists() and not file.is_file())):
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
    try:
        with atomic_file(file) as part:
            address = f"{SQLITE}{part}"
            MlflowClient(address, address).search_experiments(max_results=1)
    except FileNotFoundError as error:  # a file system such as /proc holds no files of others
        reason = f"{file} cannot be created ({error.strerror})"
        raise TrackingUnavailableError(f"{reason}: name another file in {ADDRESS}") from None
