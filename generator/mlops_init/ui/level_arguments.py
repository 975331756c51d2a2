"""Options and arguments for levels and optional capabilities, with completion in the shell."""

from typing import Any

import typer

from ..template.levels import list_optional, load_levels


def level_option(help_text: str) -> Any:
    """An option that takes a level."""
    return typer.Option(metavar="N", help=help_text, autocompletion=_complete_level)


def level_argument(name: str, help_text: str) -> Any:
    """An argument that takes a level."""
    return typer.Argument(metavar=name, help=help_text, autocompletion=_complete_level)


def optional_option(help_text: str, name: str = "--with") -> Any:
    """An option that takes an optional capability."""
    return typer.Option(name, metavar="NAME", help=help_text, autocompletion=_complete_optional)


def _complete_optional(incomplete: str) -> list[str]:
    return [name for name in list_optional() if name.startswith(incomplete)]


def _complete_level(incomplete: str) -> list[tuple[str, str]]:
    levels = [(str(level.number), level.name) for level in load_levels()]
    return [each for each in levels if each[0].startswith(incomplete)]
