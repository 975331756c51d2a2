"""Which column names a row, and which names whom a row is about."""

from ...errors import RefusedError
from ..decision import Question
from ..read.profile import Column, Profile, has_words
from ..request import NONE, Wishes

NAMING = ("id", "key", "uuid", "guid", "nr", "no", "number", "index", "code", "ref", "identifier")


def key_of(
    profile: Profile, taken: set[str], wishes: Wishes
) -> tuple[str | None, str, list[Question]]:
    """(the key, why, what to ask if unsure)."""
    if wishes.key == NONE:
        return None, "as you said", []
    if wishes.key:
        return _wanted(profile, wishes.key), "as you said", []
    free = [column for column in profile.columns if column.name not in taken]
    unique = [column for column in free if column.unique and column.kind in ("number", "text")]
    named = [column for column in unique if has_words(column.name, *NAMING)]
    counted = [column for column in unique if _counts_rows(column)]
    found = [*named, *(column for column in counted if column not in named)]
    if not found:
        return None, "no column names its row, so equal rows are one", []
    first = found[0]
    if len(found) == 1:
        return first.name, f"{first.distinct:,} different values in as many rows", []
    asked = Question(
        "--key",
        "Which column names a row, to join its prediction with its outcome?",
        (*((column.name, "unique") for column in found[:5]), (NONE, "a hash of the row does")),
    )
    return first.name, f"the first of {len(found)} columns that name a row", [asked]


def _counts_rows(column: Column) -> bool:
    return (
        column.kind == "number"
        and column.whole
        and column.low in (0, 1)
        and column.high - column.low == column.rows - 1
    )


def _wanted(profile: Profile, name: str) -> str:
    if name not in [column.name for column in profile.columns]:
        raise RefusedError(f"--key {name} is no column of {profile.source.path}.")
    if not profile.of(name).unique:
        raise RefusedError(
            f"{name} does not name a row: values are missing or come twice. Say another --key, or "
            f"--key {NONE}"
        )
    return name


def entity_of(profile: Profile, taken: set[str], wished: str | None) -> str | None:
    """Whom a row is about: an identifier that comes back."""
    if wished == NONE:
        return None
    if wished:
        if wished not in [column.name for column in profile.columns]:
            raise RefusedError(f"--entity {wished} is no column of {profile.source.path}.")
        return wished
    for column in profile.columns:
        if column.name in taken or column.unique or not has_words(column.name, "id", "uuid"):
            continue
        if column.filled == column.rows and 1.2 < column.rows / column.distinct < column.rows / 10:
            return column.name
    return None
