"""The record of all decisions: one line of `var/retraining/decisions.jsonl` for each."""

import json
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ..errors import InputError
from ..settings import var
from ..storage import atomic_file
from .rules import Decision

STORED = TypeAdapter(Decision)


def decisions_file() -> Path:
    return var("retraining", "decisions.jsonl")


def read_decisions() -> list[Decision]:
    """All decisions, oldest first."""
    file = decisions_file()
    if not file.exists():
        return []
    if not file.is_file():  # reading a pipe would never end
        raise InputError(f"{file} is no file: delete {file}")
    return [read_line(number, line) for number, line in enumerate(file.open("rb"), start=1)]


def read_line(number: int, line: bytes) -> Decision:
    try:
        return STORED.validate_json(line)
    except ValidationError:
        where = f"{decisions_file()}, line {number}"
        raise InputError(f"{where}: this is no decision: delete the line") from None


def append_decision(decision: Decision) -> None:
    lines = [json.dumps(asdict(line)) + "\n" for line in [*read_decisions(), decision]]
    with atomic_file(decisions_file()) as part:
        part.write_text("".join(lines))
