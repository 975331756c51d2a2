"""The command line: the verbs of the core, then those of each folder that has a `commands.py`."""

import errno
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import typer

from .errors import NO_ROOM, InputError

HERE = Path(__file__).parent
CORE = "commands"
NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


def command_apps() -> Iterator[tuple[str, typer.Typer]]:
    """(module, its app): the core first, then the capabilities in alphabetical order."""
    names = [CORE, *(f"{file.parent.name}.{CORE}" for file in sorted(HERE.glob(f"*/{CORE}.py")))]
    return ((name, import_module(f".{name}", __package__).app) for name in names)


def command_names(app: typer.Typer) -> list[str]:
    """The words an app answers to."""
    commands = [each.name or each.callback.__name__ for each in app.registered_commands]  # type: ignore[union-attr]
    return commands + [str(group.name) for group in app.registered_groups]


def build() -> typer.Typer:
    """One flat list of verbs. A capability may replace a verb of the core, never one of another."""
    cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    owner: dict[str, str] = {}
    for module, app in command_apps():
        for verb in command_names(app):
            if owner.get(verb, CORE) != CORE:
                raise InputError(f"`{verb}` is in {owner[verb]} and in {module}: rename one")
            owner[verb] = module
        cli.add_typer(app)
    return cli


def main() -> None:
    """Run a verb; what is wrong with its input is one sentence and exit status 2, a full disk 1."""
    try:
        build()()
    except InputError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(2) from None
    except OSError as error:
        if error.errno not in (*NO_ROOM, *NOT_ALLOWED):
            raise
        reason = os.strerror(error.errno)
        full = f"no room on the disk ({reason}): free some and run it again"
        denied = f"{error.filename} cannot be used: {reason}"
        typer.echo(full if error.errno in NO_ROOM else denied, err=True)
        raise SystemExit(1) from None
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith(f"{__package__}."):
            hint = "bring the folder back, or take out the line that imports it"
        else:
            hint = "run `uv sync`"
        typer.echo(f"{missing.name} is not here: {hint}", err=True)
        raise SystemExit(2) from missing


if __name__ == "__main__":
    main()
