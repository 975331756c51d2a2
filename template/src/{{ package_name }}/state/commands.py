"""The commands of state: restore, publish, fetch, run, show."""

import shlex
import subprocess
import sys
import time
from typing import Annotated, Any

import typer

from ..screens import check_number

app = typer.Typer()
state = typer.Typer(no_args_is_help=True, help="What was trained and decided, on a branch.")
app.add_typer(state, name="state")
Every = Annotated[
    float | None,
    typer.Option(min=0.1, callback=check_number, help="Repeat after this many seconds."),
]
Lines = Annotated[list[Any], typer.Argument(parser=shlex.split, help='Such as "pipeline run".')]
BEHIND = 75  # as in sysexits.h: try again later


@state.command()
def restore() -> None:
    """Make this machine the same as the branch; move what is only here to var/state."""
    from ..registry.lock import exclusive_lock
    from .exchange import restore

    with exclusive_lock():
        restore(typer.echo)


@state.command()
def publish() -> None:
    """Add what is new here to the branch; status 75 if another machine published first."""
    from ..registry.lock import exclusive_lock
    from .exchange import publish

    with exclusive_lock():
        if not publish(typer.echo):
            raise typer.Exit(BEHIND)


@state.command()
def fetch(every: Every = None) -> None:
    """Take what is new on the branch; what is changed here stays as it is."""
    from ..errors import InputError
    from .exchange import fetch

    while every:
        try:
            fetch(typer.echo)
        except InputError as error:  # the network may be back the next time
            typer.echo(str(error), err=True)
        time.sleep(every)
    fetch(typer.echo)


@state.command()
def run(commands: Lines) -> None:
    """Restore, run commands, publish; all of it again if another machine published first."""
    for _ in range(3):
        if status := call("state", "restore"):
            raise typer.Exit(status)
        # Publish in any case: a rejection is a decision too, and what is finished is whole.
        status = next((code for words in filter(None, commands) if (code := call(*words))), 0)
        if (published := call("state", "publish")) != BEHIND:
            raise typer.Exit(status or published)
    raise typer.Exit(BEHIND)


def call(*words: str) -> int:
    # A process of its own, because MLflow must not have opened a database that is replaced.
    typer.echo(f"$ {shlex.join(words)}")
    return subprocess.call([sys.executable, "-m", str(__package__).split(".")[0], *words])


@state.command()
def show() -> None:
    """Print the registry that is on the branch."""
    from . import branch

    with branch.checkout(lambda message: typer.echo(message, err=True)) as (_, folder):
        file = folder / "registry.json"
        typer.echo(file.read_text() if file.exists() else "no version is published yet")
