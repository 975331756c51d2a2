"""The commands of tracking: train, which replaces that of the core, track and runs."""

import typer

from .. import commands
from ..formatting import format_table
from ..screens import AsJson, print_result

app = typer.Typer()
runs = typer.Typer(no_args_is_help=True, help="The finished runs on this machine.")
app.add_typer(runs, name="runs")


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


@runs.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the finished runs, the latest last, with the metric that decides."""
    from ..runs import list_runs

    finished = sorted(list_runs(), key=lambda run: run.finished or "")
    rows = []
    for run in finished:
        metric = next(iter(run.metrics))
        facts = (run.id, (run.finished or "")[:16], f"{run.rows:,}", run.estimator or "-")
        rows.append((*facts, *commands.format_metric(run, metric, metric, f"{metric}_baseline")))
    header = ("run", "finished", "rows", "estimator", "metric", "value", "95 % interval")
    text = format_table((*header, "baseline"), rows)
    print_result({"runs": [vars(run) for run in finished]}, text, as_json)


@runs.command()
def compare(first: str, second: str, as_json: AsJson = False) -> None:
    """Compare two runs in a table and in a picture."""
    from .comparison import compare, find_run

    values, text = compare({id: find_run(id) for id in (first, second)})
    print_result(values, text, as_json)
