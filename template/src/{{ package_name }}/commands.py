"""The commands of the core: train, predict."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .formatting import (
    NO_SLICE,
    describe_baseline,
    format_count,
    format_number,
    format_range,
    format_table,
)
from .screens import AsJson, print_result, show_progress

if TYPE_CHECKING:
    from .runs import Run

app = typer.Typer()
Period = Annotated[str | None, typer.Option(help="The last period to train on. Default: all.")]
Rows = Annotated[Path, typer.Argument(help="Rows: .parquet, .csv, .jsonl, or - for a pipe.")]
Output = Annotated[Path | None, typer.Option(help="A file, or - for a pipe.")]
Format = Annotated[
    Literal["csv", "jsonl", "parquet"], typer.Option(help="For a pipe and var/predicted.")
]
Raw = Annotated[
    bool, typer.Option("--raw", help="Leave text in CSV that a spreadsheet takes for a formula.")
]


@app.command()
def train(period: Period = None, as_json: AsJson = False) -> None:
    """Train a model on the data up to a period, evaluate it and save the run."""
    with show_progress() as on_progress:
        on_progress("starting")
        from .training import train

        run = train(period, on_progress)
        slices = read_slices(run.folder / "slices.csv")[:3]
    values = vars(run) | {"folder": run.folder, "worst_slices": slices}
    print_result(values, format_run(run, slices), as_json)


def read_slices(file: Path) -> list[dict[str, Any]]:
    """The slices of a run that are worse than all rows, by more than noise; the worst first."""
    import pandas as pd

    from .storage import DamagedFileError

    try:
        if not file.is_file():
            raise ValueError
        table = pd.read_csv(file, dtype={"value": "str"}, na_filter=False)
        *_, rows, metric, worse = table
        table = table.astype({rows: "int", metric: "float"})
        return table[table.pop(worse).astype("str") == "True"].to_dict("records")
    except ValueError:
        raise DamagedFileError(f"{file} is damaged: delete {file.parent}") from None


def format_run(run: "Run", slices: list[dict[str, Any]]) -> str:
    """The headline with the usual metrics, the holdout that the gate compares on, and slices."""
    metric = next(iter(run.metrics))
    baseline = f"{metric}_baseline"
    special = {baseline, f"{metric}_worst_period"}
    names = [name for name in run.metrics if name not in special and "_holdout" not in name]
    rows = [format_metric(run, name, name, baseline) for name in names]
    parts = [format_table([run.evaluated_on, "value", "95 % interval", "baseline"], rows)]
    if f"{metric}_holdout" in run.metrics:
        days = f"holdout from {run.holdout_from}"[:23] if run.holdout_from else "holdout"
        row = format_metric(run, f"{metric}_holdout", metric, f"{metric}_holdout_baseline")
        header = [f"{days}, for the gate", "value", "95 % interval", "baseline"]
        parts.append(format_table(header, [row]))
    if slices:
        worst = [
            [f"{feature} = {part}", format_number(loss), f"{count:,}"]
            for feature, part, count, loss in (row.values() for row in slices)
        ]
        parts.append(format_table(["largest errors", metric, "rows"], worst))
    else:
        parts.append(NO_SLICE)
    parts += describe_baseline(run.metrics)
    trained = f"{run.id}: trained on {run.training_rows}"
    return "\n\n".join([trained, *parts, f"report: {run.folder / 'report.html'}"])


def format_metric(run: "Run", name: str, label: str, baseline: str) -> list[str]:
    """A metric with its interval; the baseline is known for the deciding metric alone."""
    interval = format_range(*run.intervals.get(name, ()))
    has_baseline = baseline.startswith(f"{name}_")
    compared = format_number(run.metrics.get(baseline)) if has_baseline else ""
    return [label, format_number(run.metrics[name]), interval, compared]


@app.command()
def predict(
    file: Rows,
    output: Output = None,
    format: Format = "csv",
    raw: Raw = False,
    as_json: AsJson = False,
) -> None:
    """Predict the rows of a file with the latest run."""
    from .errors import InputError
    from .prediction import predict_file
    from .tables import STDIN, STDOUT

    to_pipe = str(output or file) == "-"
    if to_pipe and as_json:
        raise InputError("--json needs --output FILE: standard output holds the predictions")
    file = Path(f"{STDIN}.{format}") if str(file) == "-" else file
    output = Path(f"{STDOUT}.{format}") if to_pipe else output
    with show_progress() as on_progress:
        on_progress("predicting")
        output, predictions = predict_file(file, output, format, raw)
    count = format_count(len(predictions), "prediction")
    if to_pipe:
        typer.echo(count, err=True)
        return
    preview = predictions.head().to_string(index=False, float_format=format_number)
    values = {"predictions": len(predictions), "file": output}
    print_result(values, f"{preview}\n\n{count} saved in {output}", as_json)
