"""Runs `new` if no command is named."""

import difflib
from typing import Any

from typer.core import TyperGroup

from ..errors import RefusedError


class NewByDefault(TyperGroup):
    """`mlops-init my-project --level 3` means `mlops-init new my-project --level 3`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Insert `new` if no command is named, unless the shell completes the command."""
        options = {option for each in self.params for option in (*each.opts, *each.secondary_opts)}
        first = args[0] if args else None
        completes_command = first is None and ctx.resilient_parsing
        is_known = first in self.commands or first in options | {"--help"}
        if not is_known and not completes_command:
            if first and not first.startswith("-") and not ctx.resilient_parsing:
                self._check_typo(first)
            args = ["new", *args]
        return super().parse_args(ctx, args)

    def _check_typo(self, word: str) -> None:
        for match in difflib.get_close_matches(word, [*self.commands, "--help"], n=1, cutoff=0.8):
            raise RefusedError(
                f"{word} is not a command: type mlops-init {match}, "
                f"or mlops-init new {word} for a project with that name."
            )
