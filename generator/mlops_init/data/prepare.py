"""Reads the user's data and decides about them. Nothing is written into a project here."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import RefusedError
from .decide.rules import decide
from .decision import (
    Ask,
    DataDecisions,
    Question,
    accept_proposal,
    ask_once,
    describe_values,
)
from .prepared import PreparedData
from .read.column import Profile
from .read.download import INSTEAD, download, redact_url
from .read.missing_values import decide_about_codes, find_missing_words, note_missing_dates
from .read.profile import profile_table
from .read.source import KINDS, KINDS_IN_WORDS, Source, find_source, get_file_kind
from .read.table import load_table, merge_spellings, open_database
from .request import DataRequest
from .write.pictures import draw_pictures

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Decisions, and why the last change was refused -> a changed request, or None to accept.
Review = Callable[[DataDecisions, str], DataRequest | None]
MAX_NAMES = 20  # columns that an error sentence lists


def no_progress(text: str) -> None:
    """A progress callback that does nothing."""


def prepare(
    request: DataRequest,
    *,
    ask: Ask | None = None,
    review: Review | None = None,
    on_progress: Callable[[str], object] = no_progress,
) -> PreparedData:
    """Read, profile, decide and draw. Without `ask`, every proposal is accepted.

    `review` may return a changed request, from which everything is decided again.
    """
    if request.url and not request.path.exists():
        on_progress("downloading the data")
        _download(request.url, request)
    on_progress("reading the data")
    answer = ask_once(ask or accept_proposal)  # the data may be read several times
    source = find_source(request, answer)
    with open_database(source) as database:
        source = _load(database, source, request, answer)
        if not request.target and ask is None:
            raise _no_target_error(source)
        request, profile = _profile_numbers(database, source, request, answer)
        if not request.target and ask:
            request = replace(request, target=ask(_target_question(profile)))
        decisions = decide(database, profile, request, answer)
        if review:
            decisions = _review(database, decisions, answer, review)
        return PreparedData(decisions, draw_pictures(database, decisions))


def profile_file(request: DataRequest) -> Profile:
    """How a file is read, before anything is decided about it."""
    source = find_source(request, accept_proposal)
    with open_database(source) as database:
        source = _load(database, source, request, accept_proposal)
        return _profile_numbers(database, source, request, accept_proposal)[1]


def _download(url: str, request: DataRequest) -> None:
    if get_file_kind(request.path) not in KINDS:
        raise RefusedError(f"{redact_url(url)} names no {KINDS_IN_WORDS} file: {INSTEAD}.")
    download(url, request.path)


def _no_target_error(source: Source) -> RefusedError:
    names = ", ".join(source.names[:MAX_NAMES])
    return RefusedError(f"Name the column to predict with --target, one of {names}.")


def _target_question(profile: Profile) -> Question:
    options = tuple((column.name, describe_values(column)) for column in profile.columns)
    return Question("--target", "Which column do you want to predict?", options)


def _review(
    database: "DuckDBPyConnection", decisions: DataDecisions, ask: Ask, review: Review
) -> DataDecisions:
    """Decide again until the user accepts; a request that is refused changes nothing."""
    problem = ""
    while request := review(decisions, problem):
        try:
            decisions, problem = decide(database, decisions.profile, request, ask), ""
        except RefusedError as error:
            problem = str(error)
    return decisions


def _load(database: "DuckDBPyConnection", source: Source, request: DataRequest, ask: Ask) -> Source:
    source = load_table(database, source, request.missing)
    return decide_about_codes(database, source, request.missing, ask)


def _profile_numbers(
    database: "DuckDBPyConnection", source: Source, request: DataRequest, ask: Ask
) -> tuple[DataRequest, Profile]:
    """The profile, and the request with the words for a missing value that are in it."""
    merge_spellings(database, source, request.target.strip())
    profile = profile_table(database, source, request, ask)
    names: dict[str, tuple[tuple[str, int], ...]] = {}
    while words := find_missing_words(profile) - {*request.missing}:
        # Only when these words are read as missing, the column counts as numbers.
        names |= {each.name: each.words_among_dates for each in profile.columns}
        request = replace(request, missing=(*request.missing, *sorted(words)))
        source = _load(database, source, request, ask)
        merge_spellings(database, source, request.target.strip())
        profile = profile_table(database, source, request, ask)
    return request, note_missing_dates(profile, names)
