"""The commands of pipelines: pipeline run, backfill."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..formatting import format_count, format_table
from ..screens import AsJson, print_result, show_progress

if TYPE_CHECKING:
    from .backfill import PeriodResult

app = typer.Typer()
pipeline = typer.Typer(no_args_is_help=True, help="From the source to a registered version.")
app.add_typer(pipeline, name="pipeline")
First = Annotated[str | None, typer.Option("--from", help="The first period. Default: all.")]
Last = Annotated[str | None, typer.Option("--to", help="The last period. Default: all.")]
Parallel = Annotated[int, typer.Option(min=1, help="Processes that train at the same time.")]


@pipeline.command()
def run(
    period: Annotated[str | None, typer.Option(help="The last period. Default: all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Pull, validate, train, record and register; steps that were done are skipped."""
    from dataclasses import asdict

    from ..registry.lock import exclusive_lock
    from ..registry.versions import list_versions
    from ..tracking.client import TrackingUnavailableError
    from .steps import prepare_and_train, register

    with exclusive_lock():
        trained = prepare_and_train(period)
        try:
            existing = list_versions()
            version = register(trained)
        except TrackingUnavailableError as error:  # the run is safe in var/runs
            typer.echo(f"{trained.id} is saved, but not registered: {error}", err=True)
            raise typer.Exit(1) from None
    is_new = version not in existing
    outcome = "is registered" if is_new else "exists already: nothing to do"
    text = f"version {version.number} ({version.run}) {outcome}"
    print_result(asdict(version) | {"is_new": is_new}, text, as_json)


@pipeline.command()
def backfill(
    first: First = None, last: Last = None, parallel: Parallel = 1, as_json: AsJson = False
) -> None:
    """Train and register a version for each period; steps that were done are skipped."""
    from dataclasses import asdict

    from ..registry.lock import exclusive_lock
    from ..tracking.client import TrackingUnavailableError
    from .backfill import train_periods
    from .steps import prepare_periods, register_periods

    with show_progress() as on_progress:
        on_progress("pulling and validating the data")
        periods = prepare_periods(first, last)
        on_progress(f"training {format_count(len(periods), 'period')}")
        trained = train_periods(periods, parallel, on_progress)
        on_progress("registering")
        try:
            with exclusive_lock():  # not while it trains, which may take hours
                results = register_periods(trained)
        except TrackingUnavailableError as error:  # the runs are safe in var/runs
            typer.echo(f"all runs are saved, but not all are registered: {error}", err=True)
            raise typer.Exit(1) from None
    for each in results:
        if each.refused:
            typer.echo(f"{each.period} is not trained: {each.refused}", err=True)
    print_result({"periods": [*map(asdict, results)]}, format_results(results), as_json)
    raise typer.Exit(2 if any(each.refused for each in results) else 0)


def format_results(results: "list[PeriodResult]") -> str:
    """The version of each period, and how many are new."""
    rows = []
    for each in results:
        outcome = "registered" if each.is_new else "not trained" if each.refused else "existed"
        rows.append((each.period, str(each.version or "-"), each.run or "-", outcome))
    table = format_table(("period", "version", "run", "result"), rows)
    new = sum(each.is_new for each in results)
    summary = f"{format_count(new, 'new version')}" if new else "no new version: nothing to do"
    return f"{table}\n\n{summary}"
