"""Renders a project: the only module that calls Copier."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import RefusedError
from .questions import OPTION_OF_QUESTION


def render(
    template: Path | str,
    destination: Path,
    answers: Mapping[str, Any],
    origin: Mapping[str, str],
    *,
    interactive: bool = False,
    commit: str | None = None,
) -> None:
    """Render a project that records this origin; missing answers are asked for, or defaults."""
    # Copier takes half a second to import; `--help` and `levels` do not need it.
    import copier
    from copier.errors import CopierError

    data = {name: answer for name, answer in answers.items() if not name.startswith("_")}
    try:
        copier.run_copy(
            str(template),
            destination,
            data=data | {"_origin": dict(origin)},
            defaults=not interactive,
            vcs_ref=commit,
            quiet=True,
        )
    except KeyboardInterrupt:  # Copier's is a CopierError as well
        raise
    except (CopierError, ValueError) as error:
        raise RefusedError(_format_error(str(error))) from error


def _format_error(message: str) -> str:
    """Copier's message as one sentence that names the option to change."""
    message = message.removeprefix("Invalid answer: ").strip()
    if invalid := re.match(r"Validation error for question '(\w+)': ", message):
        option = OPTION_OF_QUESTION.get(invalid[1])
        message = message[invalid.end() :] + (f" ({option})" if option else "")
    if choice := re.fullmatch(r"Invalid choice for '(\w+)': (.+) is not in \[(.+)\]", message):
        name, answer, choices = (part.replace("'", "") for part in choice.groups())
        message = f'"{answer}" is not a valid {name}: choose {choices}.'
    return " ".join(message.split())
