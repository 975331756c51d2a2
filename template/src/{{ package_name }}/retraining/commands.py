"""The commands of retraining: retrain, loop."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .loop import LoopResult

app = typer.Typer()
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def retrain(
    period: Annotated[
        str | None, typer.Option(help="By default the one that was evaluated last.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a new version if the last result of `monitor` is a reason to."""
    from ..errors import InputError
    from ..monitoring.health import latest_health
    from ..pipelines.steps import prepare, train_and_register
    from ..registry.lock import exclusive_lock
    from ..settings import NAME
    from .loop import LoopResult, find_reason

    health = latest_health(period)
    if health is None:
        what = f"{period} is not evaluated yet" if period else "no period is evaluated yet"
        raise InputError(f"{what}: run `{NAME} monitor` first")
    with exclusive_lock():
        version = None
        if reason := find_reason(health):
            prepare(health.period)
            version = train_and_register(health.period)
    show(LoopResult(health, reason, version), as_json)


@app.command()
def loop(
    period: Annotated[str | None, typer.Option(help="By default the newest there is.")] = None,
    as_json: AsJson = False,
) -> None:
    """Accept new data, evaluate the active release, and retrain, evaluate and deliver if needed."""
    from ..registry.lock import exclusive_lock
    from .loop import run_once

    with exclusive_lock():
        result = run_once(period)
    show(result, as_json)


def show(result: "LoopResult", as_json: bool) -> None:
    import json
    from dataclasses import asdict

    if as_json:
        typer.echo(json.dumps(asdict(result)))
        return
    health, version, verdict = result.health, result.version, result.verdict
    measured = "unknown: no labels yet"
    if health.error is not None:
        measured = f"{health.error:.4g}, labels of {health.window}"
    typer.echo(f"period   {health.period}")
    typer.echo(f"error    {measured}")
    typer.echo(f"retrain  {result.reason or 'no reason to train'}")
    if version:
        outcome = "registered"
        if verdict:
            outcome = (
                f"{'passed' if verdict.accepted else 'rejected'} by the gate: {verdict.reason}"
            )
        typer.echo(f"version  {version.number}, {outcome}")
    if result.active or verdict:
        typer.echo(f"active   {f'version {result.active.version}' if result.active else 'none'}")
