"""Takes `mlops-init my-project` for `mlops-init new my-project`."""

import difflib
from typing import Any

from typer.core import TyperGroup

from ..errors import RefusedError


class NewByDefault(TyperGroup):
    """`mlops-init my-project --level 3` means `mlops-init new my-project --level 3`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `new` where no command is named; completion of commands stays as it is."""
        own = {option for each in self.params for option in (*each.opts, *each.secondary_opts)}
        first = args[0] if args else None
        completing_command = first is None and ctx.resilient_parsing
        if first not in self.commands and first not in own | {"--help"} and not completing_command:
            if first and not first.startswith("-") and not ctx.resilient_parsing:
                self._check_typo(first)
            args = ["new", *args]
        return super().parse_args(ctx, args)

    def _check_typo(self, word: str) -> None:
        for near in difflib.get_close_matches(word, [*self.commands, "--help"], n=1, cutoff=0.8):
            raise RefusedError(
                f"{word} is no command: type mlops-init {near}, "
                f"or mlops-init new {word} for a project of that name."
            )
