"""The command line: the commands of the core, then those of each folder with a `commands.py`."""

import logging
import sys
from importlib import import_module
from pathlib import Path

import typer

from .errors import InputError, describe_file_error

CORE = "commands"


def build() -> typer.Typer:
    """All commands. A capability may replace a command of the core, never one of another."""
    cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    files = sorted(Path(__file__).parent.glob(f"*/{CORE}.py"))
    owners: dict[str, str] = {}
    for module in (CORE, *(f"{file.parent.name}.{CORE}" for file in files)):
        app = import_module(f".{module}", __package__).app
        for name in typer.main.get_group(app).commands:
            if owners.get(name, CORE) != CORE:
                raise InputError(f"`{name}` is in {owners[name]} and in {module}: rename one")
            owners[name] = module
        cli.add_typer(app)
    return cli


def main() -> None:
    """Run a command. Wrong input gives one sentence and status 2, the file system status 1."""
    logging.basicConfig(format="warning: %(message)s")
    try:
        build()()
    except InputError as error:
        exit_with(2, str(error))
    except OSError as error:
        if not (message := describe_file_error(error)):
            raise  # a defect
        sys.unraisablehook = hide_file_error
        exit_with(1, message)
    except ModuleNotFoundError as error:
        exit_with(2, f"{error.name} is missing: run `uv sync`, or restore it if it is a folder")


def hide_file_error(unraisable: "sys.UnraisableHookArgs") -> None:
    """A file that cannot be written cannot be closed either, when the interpreter ends."""
    if not isinstance(unraisable.exc_value, OSError):
        sys.__unraisablehook__(unraisable)


def exit_with(status: int, message: str) -> None:
    typer.echo(message, err=True)
    raise SystemExit(status) from None


if __name__ == "__main__":
    main()
