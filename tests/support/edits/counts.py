"""Counts the merges of a run for its summary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the process that prints the summary merges nothing
    from .repository import MergeCheck

NAME = "random-edits"


@dataclass(frozen=True)
class EditCounts:
    """The number of merges, in total and by result."""

    first: int  # seeds
    last: int
    merges: int
    touching: int  # files that the level changes
    in_conflict: int
    refused: int
    fewest: int  # kinds
    most: int

    @classmethod
    def of(cls, checks: list[MergeCheck]) -> EditCounts:
        """Count them."""
        kinds = [len(each.work.kinds) for each in checks]
        return cls(
            checks[0].case.seed,
            checks[-1].case.seed,
            len(checks),
            sum(each.touches_the_level for each in checks),
            sum(each.conflicts > 0 for each in checks),
            sum(each.outcome is None for each in checks),
            min(kinds),
            max(kinds),
        )


def format_counts(reports: Iterable[pytest.TestReport]) -> str:
    """One line for the summary."""
    counted = [dict(each.user_properties).get(NAME) for each in reports if each.when == "call"]
    found = [EditCounts(*words) for words in counted if isinstance(words, list | tuple)]
    if not found:
        return ""
    merges = sum(each.merges for each in found)
    shares = {
        "touch files that the level changes": sum(each.touching for each in found),
        "in conflict": sum(each.in_conflict for each in found),
        "refused": sum(each.refused for each in found),
    }
    return (
        f"random edits: {merges} merges, seeds {min(each.first for each in found)} to "
        f"{max(each.last for each in found)}, {min(each.fewest for each in found)} to "
        f"{max(each.most for each in found)} kinds each; "
        + ", ".join(f"{count / merges:.1%} {what}" for what, count in shares.items())
    )
