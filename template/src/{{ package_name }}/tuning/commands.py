"""The command of tuning: tune."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..formatting import format_count, format_number, format_table
from ..screens import AsJson, print_result, show_progress

if TYPE_CHECKING:
    from ..metrics import Estimate
    from .tune import Result

app = typer.Typer()
Trials = Annotated[
    int | None, typer.Option(min=1, help="Trials of the study. Default: conf/tuning.yml.")
]
Parallel = Annotated[int | None, typer.Option(min=1, help="Processes. Default: conf/tuning.yml.")]


@app.command()
def tune(trials: Trials = None, parallel: Parallel = None, as_json: AsJson = False) -> None:
    """Search for better parameters than the defaults, and train with them if they are better."""
    from .lock import exclusive_lock

    run = None
    with exclusive_lock(), show_progress() as on_progress:
        on_progress("starting")
        from ..tracking.client import TrackingUnavailableError
        from ..tracking.recorder import record_run
        from ..training import train
        from .tune import tune

        result = tune(trials, parallel, on_progress)
        error = result.not_recorded
        if result.comparison.is_better:
            run = train(on_progress=on_progress)
            try:
                record_run(run)
            except TrackingUnavailableError as unavailable:
                error = str(unavailable)
    values: dict[str, Any] = asdict(result) | {"is_better": run is not None}
    values["run"] = run.id if run else None
    print_result(values, format_result(result, run.id if run else None), as_json)
    if error:
        typer.echo(f"saved, but not recorded: {error}", err=True)
        raise typer.Exit(1)


def format_result(result: "Result", run: str | None) -> str:
    """The comparison, the best parameters, and whether trainings use them from now on."""
    count = format_count(result.trials, "trial")
    compared = result.comparison
    table = format_table(
        [f"{result.metric} on {result.compared_on}", "value", "95 % interval"],
        [
            format_row("default", compared.default),
            format_row("best trial", compared.best),
            format_row("difference", compared.difference, sign="+"),
        ],
    )
    params = "\n".join(f"  {name}: {value}" for name, value in sorted(result.params.items()))
    parts = [
        f"study {result.study}: {count} on {result.tried_on}, {result.pruned} pruned, "
        f"{result.failed} failed",
        f"Compared on rows that no trial has seen:\n{table}",
        f"Parameters of the best trial:\n{params}",
        format_verdict(result, run),
    ]
    return "\n\n".join(parts)


def format_row(name: str, estimate: "Estimate", sign: str = "") -> list[str]:
    value, low, high = (
        format_number(each, sign=sign) for each in (estimate.value, estimate.low, estimate.high)
    )
    return [name, value, f"{low} to {high}"]


def format_verdict(result: "Result", run: str | None) -> str:
    if run:
        return (
            "The best trial beats the defaults: conf/params.yml declares its parameters for all\n"
            f"trainings. Commit this file. The run {run} was trained with them."
        )
    return (
        "The best trial did not beat the defaults by more than chance explains.\n"
        "Nothing was changed. To use its parameters anyway:\n"
        f"  cp var/tuning/{result.study}.yml conf/params.yml"
    )
