"""How much was tried: what each test of merges counts, summed up for the summary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the summary is written where nothing is merged
    from .merging import Verdict

NAME = "owner-edits"


@dataclass(frozen=True)
class Figures:
    """Merges, and how many of them were of some kind."""

    first: int  # seeds
    last: int
    merges: int
    touching: int  # what the level changes
    in_conflict: int
    refused: int
    fewest: int  # kinds
    most: int

    @classmethod
    def of(cls, verdicts: list[Verdict]) -> Figures:
        """Count."""
        kinds = [len(each.work.kinds) for each in verdicts]
        return cls(
            verdicts[0].case.seed,
            verdicts[-1].case.seed,
            len(verdicts),
            sum(each.touches_the_level for each in verdicts),
            sum(each.conflicts > 0 for each in verdicts),
            sum(each.outcome is None for each in verdicts),
            min(kinds),
            max(kinds),
        )


def summed_up(reports: Iterable[pytest.TestReport]) -> str:
    """One line on all of them."""
    counted = [dict(each.user_properties).get(NAME) for each in reports if each.when == "call"]
    found = [Figures(*words) for words in counted if isinstance(words, list | tuple)]
    if not found:
        return ""
    merges = sum(each.merges for each in found)
    shares = {
        "touch what the level changes": sum(each.touching for each in found),
        "in conflict": sum(each.in_conflict for each in found),
        "refused": sum(each.refused for each in found),
    }
    return (
        f"owners' edits: {merges} merges, seeds {min(each.first for each in found)} to "
        f"{max(each.last for each in found)}, {min(each.fewest for each in found)} to "
        f"{max(each.most for each in found)} kinds each; "
        + ", ".join(f"{count / merges:.1%} {what}" for what, count in shares.items())
    )
