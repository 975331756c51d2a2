"""The commands of tracking: train, which replaces that of the core, and track."""

import typer

from .. import commands
from ..screens import AsJson, print_result

app = typer.Typer()


@app.command()
def train(period: commands.Period = None, as_json: AsJson = False) -> None:
    """Train a model on the data up to a period, evaluate it, save the run and record it."""
    from .client import TrackingUnavailableError
    from .recorder import record_missing_runs

    commands.train(period, as_json)
    try:
        record_missing_runs()
    except TrackingUnavailableError as error:  # the run is safe in var/runs
        typer.echo(f"saved, but not recorded: {error}", err=True)
        raise typer.Exit(1) from None


@app.command()
def track(as_json: AsJson = False) -> None:
    """Record the finished runs that are not recorded yet in MLflow."""
    from .recorder import record_missing_runs

    recorded = record_missing_runs()
    lines = [f"recorded {run}" for run in recorded] or ["every finished run is recorded"]
    print_result({"recorded": recorded}, "\n".join(lines), as_json)
