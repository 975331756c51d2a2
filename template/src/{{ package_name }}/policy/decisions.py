"""The record of all decisions: one line of `var/retraining/decisions.jsonl` for each."""

from pathlib import Path

from ..settings import var
from ..storage import append_line, read_lines
from .rules import Decision


def decisions_file() -> Path:
    return var("retraining", "decisions.jsonl")


def read_decisions() -> list[Decision]:
    """All decisions, oldest first."""
    return read_lines(Decision, decisions_file())


def append_decision(decision: Decision) -> None:
    read_decisions()  # nothing is added to a damaged record
    append_line(decision, decisions_file())
