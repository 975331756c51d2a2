"""The command line: all commands, and how errors end them."""

import io
import signal
import sys
from typing import Annotated

import typer

from ..data import command as data
from ..errors import RefusedError
from ..exit_status import ExitStatus
from ..git.run import clear_caller_environment
from ..inspect import command as inspect
from ..new import command as new
from ..one_line import escape
from ..template import origin
from ..upgrade import command as upgrade
from .default_command import NewByDefault

app = typer.Typer(
    cls=NewByDefault,
    help="Create an MLOps project at the maturity level you need today, and upgrade it later.",
    epilog="mlops-init my-project --level 2 means mlops-init new my-project --level 2.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (new, upgrade, data, inspect):
    app.add_typer(command.app)


def _print_version(is_set: bool) -> None:
    if is_set:
        print(f"mlops-init {origin.package_version()}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None: ...


def main() -> None:
    """Run the command line; an error that users can fix is one sentence and status 2."""
    for stream in (sys.stdout, sys.stderr):  # some encodings have no arrows
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    for name in ("SIGTERM", "SIGHUP"):  # clean up as after Ctrl-C
        if hasattr(signal, name):
            signal.signal(
                getattr(signal, name), lambda number, _: sys.exit(ExitStatus.SIGNALLED + number)
            )
    clear_caller_environment()
    try:
        status = app(prog_name="mlops-init", standalone_mode=False)
        if status == 130:  # Typer returns it after Ctrl-C
            raise KeyboardInterrupt
        sys.exit(status)
    except RefusedError as error:
        _exit(str(error), error.status)
    except (KeyboardInterrupt, typer.Abort):
        _exit("Stopped.", ExitStatus.SIGNALLED + signal.SIGINT)
    except OSError as error:  # for example a full disk, or a folder without permissions
        _exit(f"{error.filename or 'This machine'}: {error.strerror or error}.", ExitStatus.REFUSED)
    except Exception as error:
        format_message = getattr(error, "format_message", None)  # Typer's usage errors have it
        if format_message is None:
            raise
        _exit(f"{format_message()} (mlops-init --help)", ExitStatus.REFUSED)


def _exit(sentence: str, status: int) -> None:
    print(escape(sentence), file=sys.stderr)
    sys.exit(status)
