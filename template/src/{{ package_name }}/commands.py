"""The verbs of the core: train, predict."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()
Period = Annotated[str | None, typer.Option(help="The last period to train on; by default all.")]


@app.command()
def train(period: Period = None) -> None:
    """Train on the data up to a period and keep the run."""
    from .training import train

    run = train(period)
    typer.echo(f"{run.id}: {run.rows} rows up to {run.period}")
    for name, value in run.metrics.items():
        typer.echo(f"  {name.replace('_guess', ' of a guess'):20} {value:.4g}")
    typer.echo(f"  kept in {run.folder}")


@app.command()
def predict(
    file: Annotated[Path, typer.Argument(help="Rows to predict: .parquet, .csv or .jsonl.")],
    output: Annotated[Path | None, typer.Option(help="By default in var/predicted.")] = None,
) -> None:
    """Predict the rows of a file with the newest run."""
    from .prediction import predict_file

    target, answers = predict_file(file, output)
    typer.echo(answers.head().to_string(index=False))
    typer.echo(f"{len(answers)} predictions in {target}")
