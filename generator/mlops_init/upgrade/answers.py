"""The answers of a project after an upgrade."""

from collections.abc import Mapping
from typing import Any

from ..errors import RefusedError
from ..template.levels import check_level_of_optional, check_optional


def change_answers(
    answers: Mapping[str, Any], level: int | None, added: list[str], removed: list[str]
) -> dict[str, Any]:
    """The answers with another level and other optional capabilities.

    A capability whose level is too high stays an answer, so that raising the level brings it back.
    """
    changed = dict(answers) if level is None else {**answers, "level": level}
    check_level_of_optional(check_optional(added), changed["level"])
    if both := {*added} & {*check_optional(removed)}:
        name = min(both)
        raise RefusedError(f"--with {name} and --without {name} exclude each other: choose one.")
    if added or removed:
        chosen = {*answers.get("optional", []), *added} - {*removed}
        changed["optional"] = sorted(chosen)
    return changed
