"""The verbs of state: restore, publish, fetch, run, show."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .exchange import Outcome

app = typer.Typer()
state = typer.Typer(no_args_is_help=True, help="What was decided, on a branch of the repository.")
app.add_typer(state, name="state")
AGAIN = 75  # as in sysexits.h: restore, and do it again


@state.command()
def restore() -> None:
    """Make this machine as the branch is; what was here alone is put aside."""
    from ..registry.lock import exclusive_lock
    from .exchange import restore

    with exclusive_lock():
        done = restore()
    told(done, "restored")


@state.command()
def publish() -> None:
    """Add what is new here to the branch; status 75 if another machine decided meanwhile."""
    from ..registry.lock import exclusive_lock
    from ..settings import NAME
    from .exchange import publish

    with exclusive_lock():
        done = publish()
    if done.taken:
        typer.echo(
            f"not published: another machine went on with {', '.join(done.taken)}: "
            f"`{NAME} state restore`, and do it again",
            err=True,
        )
        raise typer.Exit(AGAIN)
    told(done, "published")


@state.command()
def fetch(
    every: Annotated[
        float | None, typer.Option(help="Again and again, after so many seconds.")
    ] = None,
) -> None:
    """Take in what this machine has not got, for a server or a look; nothing here changes."""
    from ..errors import InputError
    from .exchange import fetch

    while every:
        try:
            told(fetch(), "fetched", quiet=True)
        except InputError as error:  # the network may be back the next time
            typer.echo(str(error), err=True)
        time.sleep(every)
    told(fetch(), "fetched")


@state.command()
def run(
    verbs: Annotated[list[str], typer.Argument(help='Each in quotes: "pipeline run".')],
) -> None:
    """Restore, run verbs one after the other, publish; again if another machine was quicker."""
    from .job import run

    raise typer.Exit(run(verbs, typer.echo))


@state.command()
def show() -> None:
    """Print the versions as the branch had them last."""
    from .exchange import shown

    typer.echo(shown())


def told(done: "Outcome", word: str, *, quiet: bool = False) -> None:
    if done.commit is None:
        typer.echo("there is no branch yet: the first publish makes it")
    elif done.news or not quiet:
        typer.echo(f"{word} {done.commit[:8]}: {len(done.news)} new")
    if done.aside:
        typer.echo(f"put aside in var/state: {', '.join(done.aside)}")
    for unit in done.taken:
        typer.echo(f"left as it is here, though the branch went on otherwise: {unit}", err=True)
