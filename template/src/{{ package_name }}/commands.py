"""The commands of the core: train, predict."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .formatting import format_count, format_number, format_table
from .screens import AsJson, print_result, show_progress

if TYPE_CHECKING:
    from .runs import Run

app = typer.Typer()
Period = Annotated[str | None, typer.Option(help="The last period to train on. Default: all.")]
FileFormat = Literal["csv", "jsonl", "parquet"]
MAX_SLICES = 3  # slices on the screen


@app.command()
def train(period: Period = None, as_json: AsJson = False) -> None:
    """Train a model on the data up to a period, evaluate it and save the run."""
    with show_progress() as on_progress:
        on_progress("starting")
        from .training import train

        run = train(period, on_progress)
    slices = run.read_slices().head(MAX_SLICES).to_dict("records")
    values = vars(run) | {"folder": run.folder, "worst_slices": slices}
    print_result(values, format_run(run, slices), as_json)


def format_run(run: "Run", slices: list[dict[str, Any]]) -> str:
    """The metrics of a run, then the slices where its model is worst."""
    rows = [
        [name.replace("_baseline", " (baseline)"), format_number(value), ""]
        for name, value in run.metrics.items()
    ]
    for feature, value, count, metric in (part.values() for part in slices):
        rows.append([f"{feature} = {value}", format_number(metric), f"{count:,}"])
    table = format_table(["on the holdout", "value", "rows"], rows)
    trained = f"{run.id}: trained on {format_count(run.rows, 'row')} up to {run.period}"
    return f"{trained}\n\n{table}\n\nsaved with plots of its errors in {run.folder}"


@app.command()
def predict(
    file: Annotated[
        Path, typer.Argument(help="Rows to predict: .parquet, .csv, .jsonl, or - for a pipe.")
    ],
    output: Annotated[
        Path | None, typer.Option(help="A file, or - for a pipe. Default: in var/predicted.")
    ] = None,
    kind: Annotated[
        FileFormat, typer.Option("--format", help="Format of a pipe and of files in var/predicted.")
    ] = "csv",
    as_json: AsJson = False,
) -> None:
    """Predict the rows of a file with the latest run."""
    from .errors import InputError
    from .prediction import predict_file
    from .streams import STREAM, use_files

    output = STREAM if output is None and file == STREAM else output
    if as_json and output == STREAM:
        raise InputError("--json needs --output FILE: standard output holds the predictions")
    with show_progress() as on_progress:
        on_progress("predicting")
        with use_files(file, output, kind) as (rows, target):
            target, predictions = predict_file(rows, target, kind)
    if output == STREAM:
        typer.echo(format_count(len(predictions), "prediction"), err=True)
        return
    preview = predictions.head().to_string(index=False, float_format=format_number)
    text = f"{preview}\n\n{format_count(len(predictions), 'prediction')} saved in {target}"
    print_result({"predictions": len(predictions), "file": target}, text, as_json)
