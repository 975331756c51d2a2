"""Finds columns that a model may not have in time: leaks, and names of what is known later."""

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from ..question import Ask, Question, accept_proposal
from ..read.column import Column
from ..read.sql import fetch_row
from ..request import DataRequest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLE = 50_000  # rows
MIN_ROWS = 100
MAX_SCORE_CLASSES, MAX_SCORE_NUMBERS = 0.97, 0.99
WEAK_SCORE = 0.9
# Words in names of what is known only after the event that is predicted.
LATER_WORDS = (
    *("days", "time", "duration", "survival", "followup", "follow", "elapsed", "recurrence"),
    *("end", "ended", "closed", "resolved", "outcome", "result", "death", "died", "final"),
)
NOT_LATER_WORDS = ("since", "last", "previous", "prior", "before", "start", "lag", "past", "per")
MIN_LATER_SCORE = 0.15  # what is known later tells something of the target


def score_columns(
    database: "DuckDBPyConnection", target: Column, columns: list[Column], *, is_class: bool
) -> dict[str, float]:
    """The score of each column: 0 tells nothing of the target, 1 everything."""
    if target.filled < MIN_ROWS:
        return {}
    score_column = _score_for_classes if is_class else _score_for_numbers
    return {column.name: score_column(database, column, target) for column in columns}


def ask_about_leaks(
    request: DataRequest,
    columns: list[Column],
    scores: dict[str, float],
    ask: Ask,
    *,
    is_class: bool,
) -> tuple[DataRequest, dict[str, str], list[str]]:
    """(the request with the columns known in time, name and reason of the others, notes)."""
    known_in_time, leaks, notes = [], {}, []
    for column in columns:
        name = column.name
        suspicion = _suspect(column, scores.get(name, 0.0), is_class=is_class)
        if name in request.include or suspicion is None:
            continue
        question, reason = suspicion
        if ask(question) == "no":
            leaks[name] = reason
        elif accept_proposal(question) == "no":
            known_in_time.append(name)
        else:  # a weak case; other rules may still exclude the column
            option = f"--exclude {shlex.quote(name)}"
            notes.append(f"{name} {reason}: pass {option} if it is known too late.")
    if leaks:
        notes.append(
            f"Excluded, because they may be known too late: {', '.join(leaks)}. "
            "Pass --include COLUMN for a column that is known in time."
        )
    return replace(request, include=(*request.include, *known_in_time)), leaks, notes


def _suspect(column: Column, score: float, *, is_class: bool) -> tuple[Question, str] | None:
    """(the question, the reason to exclude the column), if it may be known too late."""
    alone = f"predicts the target almost alone ({score:.0%})"
    if score >= (MAX_SCORE_CLASSES if is_class else MAX_SCORE_NUMBERS):
        return _build_question(column, alone, is_strong=True), f"{alone}, a possible leak"
    is_later = (
        is_class
        and column.kind in ("number", "date")
        and column.name_has(*LATER_WORDS)
        and not column.name_has(*NOT_LATER_WORDS)
    )
    later = "is called like something that is known only afterwards"
    if is_later and score >= MIN_LATER_SCORE:
        return _build_question(column, later, is_strong=True), f"{later}, a possible leak"
    if is_later or score >= WEAK_SCORE:
        reason = later if is_later else f"predicts the target well alone ({score:.0%})"
        return _build_question(column, reason, is_strong=False), reason
    return None


def _build_question(column: Column, reason: str, *, is_strong: bool) -> Question:
    """A strong case is excluded unless the user knows better."""
    options = (("no", "exclude it"), ("yes", "use it as a feature"))
    return Question(
        f"--include {column.name}",
        f"{column.name} {reason}. Is it known when a prediction is made?",
        options if is_strong else options[::-1],
    )


# Both scores sort the rows by the column, and compare the targets of neighbours. Rows of the same
# value come in any order. Missing values come last, since being missing may reveal the target, too.
def _score_for_classes(database: "DuckDBPyConnection", column: Column, target: Column) -> float:
    """How much more often neighbours are of one class than by chance."""
    pairs = _select_neighbours(column, target, target.cell)
    equal = f"SELECT avg((value = neighbour)::INT) FROM ({pairs})"
    by_chance = (
        "SELECT sum(n * n) / (sum(n) * sum(n)) FROM (SELECT count(*)::DOUBLE AS n "
        f"FROM {_select_sample(target)} GROUP BY {target.cell})"
    )
    share, chance = fetch_row(database, f"SELECT ({equal}), ({by_chance})")
    return float((share - chance) / (1 - chance)) if chance < 1 else 0.0


def _score_for_numbers(database: "DuckDBPyConnection", column: Column, target: Column) -> float:
    """How much smaller the variance between neighbours is than the whole variance."""
    pairs = _select_neighbours(column, target, target.sql_value)
    query = (
        f"SELECT avg((value - neighbour) * (value - neighbour)) / 2, var_pop(value) FROM ({pairs})"
    )
    between_neighbours, whole = fetch_row(database, query)
    return (
        float(1 - between_neighbours / whole) if whole and between_neighbours is not None else 0.0
    )


def _select_neighbours(column: Column, target: Column, value: str) -> str:
    """The target of each row and of the row before it, in the order of the column."""
    order = f"ORDER BY {column.sql_value} NULLS LAST, hash(rowid)"
    neighbour = f"lag({value}) OVER ({order}) AS neighbour"
    return f"SELECT {value} AS value, {neighbour} FROM {_select_sample(target)}"


def _select_sample(target: Column) -> str:
    """One row in so many of those with a target, always the same ones."""
    every = max(1, target.filled // SAMPLE)
    return f"cells WHERE {target.cell} IS NOT NULL AND hash(rowid) % {every} = 0"
