"""The commands of containers: releases push, pull, check."""

import time
from typing import Annotated

import typer

from ..screens import check_number

app = typer.Typer()
releases = typer.Typer(no_args_is_help=True, help="Releases for servers on other machines.")
app.add_typer(releases, name="releases")


@releases.command()
def push() -> None:
    """Add what was released on this machine to the store."""
    from . import exchange
    from .store import open_store

    new = exchange.push(open_store())
    typer.echo(f"the store has the pointer of this machine; new in it: {', '.join(new) or 'none'}")


@releases.command()
def pull(
    follow: Annotated[bool, typer.Option("--follow", help="Repeat, as often as set.")] = False,
) -> None:
    """Take what is new in the store; a server serves it then."""
    from ..errors import InputError
    from ..settings import read_settings
    from . import exchange
    from .store import Settings, open_store

    seconds = read_settings(Settings, "containers").pull_seconds
    store = open_store()
    while True:
        try:
            if new := exchange.pull(store):
                typer.echo(f"taken from the store: {', '.join(new)}")
        except InputError as error:
            if not follow:
                raise
            typer.echo(str(error), err=True)  # the store may be back the next time
        if not follow:
            return
        time.sleep(seconds)


@releases.command()
def check(
    url: Annotated[str, typer.Argument(help="A running server, http://host:port.")],
    wait: Annotated[
        float,
        typer.Option(min=0, callback=check_number, help="Seconds until it has the active release."),
    ] = 60,
) -> None:
    """Send the golden rows of the active release to a server, and compare its answers."""
    from .check import check_server

    release, rows = check_server(url, wait)
    typer.echo(f"{url} answers with {release}, and {rows} golden rows have the right predictions")
