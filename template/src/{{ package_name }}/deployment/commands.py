"""The verbs of deployment: release, rollback."""

from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def release(
    new_contract: Annotated[
        bool, typer.Option("--new-contract", help="Though requests of today would be refused.")
    ] = False,
) -> None:
    """Deliver the champion; completes a delivery or a rollback that was cut short."""
    from ..errors import InputError
    from ..registry.lock import exclusive_lock
    from ..settings import NAME
    from .delivery import deliver

    with exclusive_lock():
        pointer = deliver(new_contract)
    if pointer is None:
        raise InputError(f"there is no champion yet: run `{NAME} promote` first")
    typer.echo(f"version {pointer.version} ({pointer.release}) serves since {pointer.at}")


@app.command()
def rollback(
    reason: Annotated[str, typer.Option(help="Kept with the version.")] = "by hand",
) -> None:
    """Serve the release before this one again, and refuse this one for good."""
    from ..registry.lock import exclusive_lock
    from ..settings import NAME
    from ..tracking.recorder import TrackingUnavailableError
    from .delivery import rollback, sync_registry

    with exclusive_lock():
        pointer = rollback(reason)
        typer.echo(f"version {pointer.version} ({pointer.release}) serves since {pointer.at}")
        try:
            sync_registry()
        except TrackingUnavailableError as error:
            typer.echo(f"{error}: `{NAME} release` tells it later", err=True)
            raise typer.Exit(1) from None
