"""The verbs of retraining: retrain, loop."""

from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def retrain(
    period: Annotated[str | None, typer.Option(help="By default the one judged last.")] = None,
) -> None:
    """Act on what `monitor` saw: train a new version if there is a reason to."""
    from ..errors import InputError
    from ..monitoring.health import latest_health
    from ..registry.lock import exclusive_lock
    from ..settings import NAME
    from .loop import retrain

    health = latest_health(period)
    if health is None:
        raise InputError(f"{period or 'nothing'} was not judged yet: run `{NAME} monitor` first")
    with exclusive_lock():
        reason, version = retrain(health)
    if version is None:
        typer.echo(f"{health.period}: no reason to train")
    else:
        typer.echo(f"{health.period}: {reason}; version {version.number} is registered")


@app.command()
def loop(
    period: Annotated[str | None, typer.Option(help="By default the newest there is.")] = None,
) -> None:
    """Take in what has arrived, judge what serves, retrain, judge, deliver."""
    from ..registry.lock import exclusive_lock
    from .loop import run_once

    with exclusive_lock():
        done = run_once(period)
    health = done.health
    error = "no label yet" if health.error is None else f"{health.error:.4g} of {health.window}"
    typer.echo(f"{health.period}  served  {error}")
    typer.echo(f"         train   {done.reason or 'no reason to'}")
    if done.version and done.verdict:
        word = "passed" if done.verdict.accepted else "refused"
        typer.echo(f"         gate    version {done.version.number} {word}: {done.verdict.reason}")
    serves = f"version {done.pointer.version}" if done.pointer else "nothing"
    typer.echo(f"         serves  {serves}")
