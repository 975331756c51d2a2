"""The verbs of the core: train, predict."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer()
Period = Annotated[str | None, typer.Option(help="The last period to train on; by default all.")]
FileFormat = Literal["csv", "jsonl", "parquet"]


@contextmanager
def show_progress() -> Iterator[Callable[[str], None]]:
    """Says what is being done, where a person looks."""
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield status.update


@app.command()
def train(period: Period = None) -> None:
    """Train on the data up to a period and keep the run."""
    with show_progress() as tell:
        tell("starting")
        from .training import train

        run = train(period, tell)
    typer.echo(f"{run.id}: {run.rows} rows up to {run.period}")
    for name, value in run.metrics.items():
        typer.echo(f"  {name.replace('_baseline', ' of a guess'):34} {value:.4g}")
    for feature, part, rows, loss in worst_slices(run.folder / "slices.csv"):
        typer.echo(f"  {f'{feature} = {part}':34} {float(loss):.4g}  ({rows} rows)")
    typer.echo(f"  kept in {run.folder}, with pictures of its errors")


def worst_slices(slices: Path) -> list[list[str]]:
    """The first of the slices; none where the run came from a registry without them."""
    if not slices.is_file():
        return []
    with slices.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))[1:4]


@app.command()
def predict(
    file: Annotated[
        Path, typer.Argument(help="Rows to predict: .parquet, .csv, .jsonl, or - for a pipe.")
    ],
    output: Annotated[
        Path | None, typer.Option(help="A file, or - for a pipe. By default in var/predicted.")
    ] = None,
    kind: Annotated[
        FileFormat, typer.Option("--format", help="Of a pipe, and of what is in var/predicted.")
    ] = "csv",
) -> None:
    """Predict the rows of a file with the newest run."""
    from .prediction import predict_file
    from .streams import STREAM, read_stream, write_stream

    output = STREAM if output is None and file == STREAM else output
    with show_progress() as tell:
        tell("predicting")
        with read_stream(file, kind) as rows, write_stream(output, kind) as target:
            written, answers = predict_file(rows, target, kind)
    if output == STREAM:
        typer.echo(f"{len(answers)} predictions", err=True)
        return
    typer.echo(answers.head().to_string(index=False))
    typer.echo(f"{len(answers)} predictions in {written}")
