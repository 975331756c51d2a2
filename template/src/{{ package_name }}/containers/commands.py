"""The commands of containers: releases push, pull, check."""

import time
from typing import Annotated

import typer

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
    every: Annotated[float | None, typer.Option(help="Repeat after this many seconds.")] = None,
) -> None:
    """Take what is new in the store; the server follows it."""
    from ..errors import InputError
    from . import exchange
    from .store import open_store

    store = open_store()
    while True:
        try:
            if new := exchange.pull(store):
                typer.echo(f"taken from the store: {', '.join(new)}")
        except InputError as error:
            if not every:
                raise
            typer.echo(str(error), err=True)  # the store may be back the next time
        if not every:
            return
        time.sleep(every)


@releases.command()
def check(
    url: Annotated[str, typer.Argument(help="A running server, http://host:port.")],
    wait: Annotated[float, typer.Option(help="Seconds until it has the active release.")] = 60,
) -> None:
    """Send the golden rows of the active release to a server, and compare its answers."""
    from .check import check_server

    release, rows = check_server(url, wait)
    typer.echo(f"{url} answers with {release}, and {rows} golden rows have the right predictions")
