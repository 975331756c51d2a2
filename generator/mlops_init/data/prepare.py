"""Reads the user's data and decides about them. Nothing is written into a project here."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import RefusedError
from .decide.rules import decide
from .decision import Ask, Question, accept_proposal
from .prepared import PreparedData
from .read.column import Profile
from .read.download import INSTEAD, download, redact_url
from .read.missing_values import find_missing_words
from .read.profile import profile_table
from .read.source import KINDS, KINDS_IN_WORDS, Source, find_source, get_file_kind
from .read.table import load_table, open_database
from .request import DataRequest
from .write.pictures import draw_pictures

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAX_NAMES = 20  # columns that an error sentence lists


def no_progress(text: str) -> None:
    """A progress callback that does nothing."""


def prepare(
    request: DataRequest,
    *,
    ask: Ask | None = None,
    on_progress: Callable[[str], object] = no_progress,
) -> PreparedData:
    """Read, profile, decide and draw. Without `ask`, every proposal is accepted."""
    if request.url and not request.path.exists():
        on_progress("downloading the data")
        _download(request.url, request)
    on_progress("reading the data")
    source = find_source(request)
    with open_database(source) as database:
        source = load_table(database, source, request.missing)
        if not request.target:
            request = replace(request, target=_ask_for_target(source, ask))
        request, profile = _profile_numbers(database, source, request)
        decisions = decide(database, profile, request, ask or accept_proposal)
        return PreparedData(decisions, draw_pictures(database, decisions))


def _download(url: str, request: DataRequest) -> None:
    if get_file_kind(request.path) not in KINDS:
        raise RefusedError(f"{redact_url(url)} names no {KINDS_IN_WORDS} file: {INSTEAD}.")
    download(url, request.path)


def _ask_for_target(source: Source, ask: Ask | None) -> str:
    if ask is None:
        names = ", ".join(source.names[:MAX_NAMES])
        raise RefusedError(f"Name the column to predict with --target, one of {names}.")
    options = tuple((name, "") for name in source.names)
    return ask(Question("--target", "Which column do you want to predict?", options))


def _profile_numbers(
    database: "DuckDBPyConnection", source: Source, request: DataRequest
) -> tuple[DataRequest, Profile]:
    """The profile, and the request with the words for a missing value that are in it."""
    profile = profile_table(database, source)
    while words := find_missing_words(profile) - {*request.missing}:
        # Only when these words are read as missing, the column counts as numbers.
        request = replace(request, missing=(*request.missing, *sorted(words)))
        source = load_table(database, source, request.missing)
        profile = profile_table(database, source)
    return request, profile
