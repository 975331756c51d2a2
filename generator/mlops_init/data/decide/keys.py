"""Decides which column identifies a row."""

from ...errors import RefusedError
from ..decision import YOUR_CHOICE, Ask, Decision, Question, decide_by_asking
from ..numbers import format_count
from ..read.column import Column, Profile
from ..read.source import INDEX
from ..request import NONE
from .names import is_called_identifier
from .personal_data import detect_identity


def decide_key(profile: Profile, taken: set[str], requested: str | None, ask: Ask) -> Decision:
    """The column that identifies a row; none of those that are `taken`."""
    if requested == NONE:
        return Decision(reason=YOUR_CHOICE)
    if requested:
        return Decision(_require_key(profile, requested), YOUR_CHOICE)
    candidates = _list_candidates(profile, taken)
    if not candidates:
        return Decision(reason="no column identifies a row")
    if len(candidates) == 1:
        rows = format_count(profile.rows, "row")
        return Decision(candidates[0].name, f"a different value in each of {rows}")
    options = [(column.name, "a different value in each row") for column in candidates[:5]]
    question = Question(
        "--key",
        "Which column identifies a row? It joins predictions with later labels.",
        (*options, (NONE, "no column: use a hash of the row")),
    )
    reason = f"the first of {len(candidates)} columns that identify a row"
    return decide_by_asking(ask, question, reason)


def _list_candidates(profile: Profile, taken: set[str]) -> list[Column]:
    """First the columns that are called like a key, then those that count the rows."""
    unique = [
        column
        for column in profile.columns
        if column.is_unique
        and (column.kind == "text" or (column.kind == "number" and column.is_whole))
        and column.name not in (*taken, INDEX)  # pandas counts the rows of each file again
        and not detect_identity(column)  # keys are logged
    ]
    called_key = [column for column in unique if is_called_identifier(column.name)]
    return called_key + [each for each in unique if _counts_rows(each) and each not in called_key]


def _counts_rows(column: Column) -> bool:
    return (
        column.kind == "number"
        and column.is_whole
        and column.min in (0, 1)
        and column.max - column.min == column.rows - 1
    )


def _require_key(profile: Profile, name: str) -> str:
    if not profile.requested_column("--key", name).is_unique:
        raise RefusedError(
            f"{name} does not identify a row, because values are missing or repeated: "
            f"choose another --key, or --key {NONE}."
        )
    return name
