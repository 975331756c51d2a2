"""Finds columns that a model may not have in time, and asks about them."""

import shlex
from dataclasses import dataclass, field, replace

from ..question import Ask, Question, accept_proposal
from ..read.column import Column
from ..request import DataRequest
from .leak_names import (
    ends_with_target,
    is_called_after,
    is_called_later,
    may_be_called_later,
)

MAX_SCORE_CLASSES, MAX_SCORE_NUMBERS = 0.97, 0.99
WEAK_SCORE = 0.9
MIN_LATER_SCORE = 0.15  # what is known later tells something of the target


@dataclass(frozen=True)
class Evidence:
    """What is known of the target and of the columns that may tell it."""

    target: str
    is_class: bool
    scores: dict[str, float] = field(default_factory=dict)
    derived: dict[str, str] = field(default_factory=dict)  # name -> reason


def ask_about_leaks(
    request: DataRequest, columns: list[Column], evidence: Evidence, ask: Ask
) -> tuple[DataRequest, dict[str, str], list[str]]:
    """(the request with the columns known in time, name and reason of the others, notes)."""
    known_in_time, leaks, notes = [], {}, []
    for column in columns:
        name = column.name
        suspicion = _suspect(column, evidence)
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


def _suspect(column: Column, evidence: Evidence) -> tuple[Question, str] | None:
    """(the question, the reason to exclude the column), if it may be known too late."""
    reason, is_strong = _find_reason(column, evidence)
    if not reason:
        return None
    question = _build_question(column, reason, is_strong=is_strong)
    return question, f"{reason}, a possible leak" if is_strong else reason


def _find_reason(column: Column, evidence: Evidence) -> tuple[str, bool]:
    """(why a column may be known too late, whether the case is strong); empty if it is not."""
    score, name = evidence.scores.get(column.name, 0.0), column.name
    if score >= (MAX_SCORE_CLASSES if evidence.is_class else MAX_SCORE_NUMBERS):
        return f"predicts the target almost alone ({score:.0%})", True
    if name in evidence.derived:
        return evidence.derived[name], True
    tells = score >= MIN_LATER_SCORE
    if is_called_after(name, evidence.target):
        return f"is called like something that follows from {evidence.target}", tells
    later = "is called like something that is known only afterwards"
    if evidence.is_class and column.kind in ("number", "date"):
        if is_called_later(name):
            return later, tells
        if tells and may_be_called_later(name):
            return later, False
    if tells and ends_with_target(name, evidence.target):
        return f"has a name that ends with {evidence.target}", False
    if score >= WEAK_SCORE:
        return f"predicts the target well alone ({score:.0%})", False
    return "", False


def _build_question(column: Column, reason: str, *, is_strong: bool) -> Question:
    """A strong case is excluded unless the user knows better."""
    options = (("no", "exclude it"), ("yes", "use it as a feature"))
    return Question(
        f"--include {column.name}",
        f"{column.name} {reason}. Is it known when a prediction is made?",
        options if is_strong else options[::-1],
    )
