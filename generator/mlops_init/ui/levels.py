"""The tables of levels and capabilities that several screens show."""

from collections.abc import Iterable

from rich.text import Text

from ..template.levels import Capability, Level, load_levels
from .console import format_grid


def format_levels() -> Text:
    """One row per level: its number, its name and what it adds."""

    def format_row(level: Level) -> tuple[str, str, str]:
        plus = "+ " if level.number else ""
        return str(level.number), level.name, plus + level.summary

    return format_grid(map(format_row, load_levels()))


def format_capabilities(capabilities: Iterable[Capability]) -> Text:
    """One row per capability: its name, what it is and its commands."""
    return format_grid(
        ("", each.name, each.summary, " ".join(each.commands)) for each in capabilities
    )
