"""Decides which column identifies a row, and which one what a row is about."""

from ...errors import RefusedError
from ..decision import YOUR_CHOICE, Ask, Decision, Question, decide_by_asking
from ..numbers import format_count
from ..read.column import Column, Profile
from ..request import NONE

KEY_WORDS = (
    *("id", "key", "uuid", "guid", "nr", "no", "number", "index", "code", "ref", "identifier"),
)
ENTITY_WORDS = ("id", "uuid")


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
        if column.name not in taken and column.is_unique and column.kind in ("number", "text")
    ]
    called_key = [column for column in unique if column.name_has(*KEY_WORDS)]
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


def decide_entity(profile: Profile, taken: set[str], requested: str | None) -> Decision:
    """What a row is about, for example a customer: an identifier that repeats."""
    if requested == NONE:
        return Decision(reason=YOUR_CHOICE)
    if requested:
        return Decision(profile.requested_column("--entity", requested).name, YOUR_CHOICE)
    for column in profile.columns:
        if column.name in taken or column.is_unique or not column.name_has(*ENTITY_WORDS):
            continue
        if column.filled < column.rows:
            continue
        if 1.2 < column.rows / column.distinct < column.rows / 10:
            return Decision(column.name, "an identifier that repeats")
    return Decision(reason="no identifier repeats")
