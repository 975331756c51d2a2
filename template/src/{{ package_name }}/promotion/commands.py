"""The verb of promotion: promote."""

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..deployment.pointer import Delivery
    from .gate import Verdict

app = typer.Typer()


@app.command()
def promote(
    version: Annotated[int | None, typer.Option(help="By default the newest.")] = None,
) -> None:
    """Judge a version beside the champion and a guess; if it passes, it serves."""
    from ..deployment import pointer
    from ..deployment.compatibility import IncompatibleError
    from ..deployment.delivery import deliver
    from ..errors import InputError
    from ..registry.lock import exclusive_lock
    from ..registry.versions import find_version, list_versions
    from ..settings import NAME
    from .promote import promote

    with exclusive_lock():
        with suppress(IncompatibleError):  # its champion may be replaced now
            deliver()  # settles what a crash, or a rollback while MLflow was away, left open
        known = list_versions()
        if not known:
            raise InputError(f"nothing is registered yet: run `{NAME} pipeline run` first")
        challenger = known[-1] if version is None else find_version(version)
        verdict = promote(challenger)
        serving = deliver() if verdict.accepted else pointer.read_active()
    typer.echo(f"version {challenger.number} ({challenger.run})")
    show(verdict)
    if not verdict.accepted or serving is None:
        typer.echo(f"✗ refused: {verdict.reason}")
        typer.echo(f"  {served(serving)}; with other data, features or model: {NAME} pipeline run")
        raise typer.Exit(1)
    typer.echo(f"✓ passed: {verdict.reason}")
    typer.echo(f"  version {serving.version} serves since {serving.at}; undo: {NAME} rollback")


def served(pointer: "Delivery | None") -> str:
    return f"version {pointer.version} goes on serving" if pointer else "nothing serves yet"


def show(verdict: "Verdict") -> None:
    if not verdict.rules:
        return
    from .gate import format_number

    typer.echo(f"judged on {verdict.rows:,} rows of {verdict.window}, which no model was fitted on")
    typer.echo(f"\n  {'rule':<20} {'champion':>9} {'challenger':>10}  {'needs':<16} found")
    for rule in verdict.rules:
        champion = "" if rule.champion is None else format_number(rule.champion)
        mark = " " if rule.passed else "✗"
        measured = f"{champion:>9} {format_number(rule.challenger):>10}"
        typer.echo(f"{mark} {rule.name:<20} {measured}  {rule.needs:<16} {rule.found}")
    typer.echo("")
