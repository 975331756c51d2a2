"""The verbs of tracking: train, which replaces the core's, and track."""

from typing import Annotated

import typer

app = typer.Typer()
Period = Annotated[str | None, typer.Option(help="The last period to train on; by default all.")]


@app.command()
def train(period: Period = None) -> None:
    """Train on the data up to a period, keep the run and record it."""
    from ..commands import train
    from ..settings import NAME

    train(period)
    try:
        track()
    except Exception as error:  # whatever MLflow says: the run is safe in var/runs
        typer.echo(f"kept, but not recorded ({error}): `{NAME} track` does it later", err=True)
        raise typer.Exit(1) from error


@app.command()
def track() -> None:
    """Record each finished run that is not recorded yet."""
    from .recorder import record_missing_runs

    recorded = record_missing_runs()
    for run in recorded:
        typer.echo(f"  recorded {run}")
    if not recorded:
        typer.echo("every finished run is recorded")
