"""The commands of the core: train, predict."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .formatting import format_number, format_table
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
        from dataclasses import asdict

        from .training import train

        run = train(period, on_progress)
    slices = read_slices(run)
    values = asdict(run) | {"folder": run.folder, "worst_slices": slices}
    print_result(values, format_run(run, slices), as_json)


def read_slices(run: "Run") -> list[dict[str, Any]]:
    """The worst slices of a run; none if it came from a registry without them."""
    file = run.folder / "slices.csv"
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            {"feature": feature, "value": value, "rows": int(rows), "metric": float(metric)}
            for feature, value, rows, metric in list(csv.reader(lines))[1 : MAX_SLICES + 1]
        ]


def format_run(run: "Run", slices: list[dict[str, Any]]) -> str:
    """The metrics of a run, and where its model is worst."""
    rows = [
        [name.replace("_baseline", " (baseline)"), format_number(value), ""]
        for name, value in run.metrics.items()
    ]
    rows += [
        [f"{part['feature']} = {part['value']}", format_number(part["metric"]), f"{part['rows']:,}"]
        for part in slices
    ]
    table = format_table(["on the holdout", "value", "rows"], rows)
    trained = f"{run.id}: trained on {run.rows:,} rows up to {run.period}"
    return f"{trained}\n\n{table}\n\nsaved in {run.folder}, with plots of its errors"


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
            target, answers = predict_file(rows, target, kind)
    if output == STREAM:
        typer.echo(f"{len(answers):,} predictions", err=True)
        return
    preview = answers.head().to_string(index=False, float_format=format_number)
    text = f"{preview}\n\n{len(answers):,} predictions saved in {target}"
    print_result({"predictions": len(answers), "file": target}, text, as_json)
