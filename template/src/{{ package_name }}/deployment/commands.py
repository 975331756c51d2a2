"""The commands of deployment: release, rollback."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .pointer import Delivery

app = typer.Typer()
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def release(
    allow_breaking: Annotated[
        bool, typer.Option("--allow-breaking", help="Even if clients must change their requests.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the champion the active release. Completes a delivery that was interrupted."""
    from ..errors import InputError
    from ..registry.lock import exclusive_lock
    from ..settings import NAME
    from .delivery import deliver

    with exclusive_lock():
        active = deliver(allow_breaking)
    if active is None:
        raise InputError(f"there is no champion yet: run `{NAME} promote` first")
    show(active, as_json)


@app.command()
def rollback(
    reason: Annotated[str, typer.Option(help="Saved with the rejected version.")] = "by hand",
    as_json: AsJson = False,
) -> None:
    """Make the previous release active again, and reject the version of the current one."""
    from ..registry.lock import exclusive_lock
    from ..settings import NAME
    from ..tracking.recorder import TrackingUnavailableError
    from .delivery import rollback, sync_registry

    with exclusive_lock():
        show(rollback(reason), as_json)
        try:
            sync_registry()
        except TrackingUnavailableError as error:
            typer.echo(f"{error}: run `{NAME} release` later to update the registry", err=True)
            raise typer.Exit(1) from None


def show(active: "Delivery", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(active)))
    else:
        typer.echo(
            f"version {active.version} is the active release ({active.release}, since {active.at})"
        )
