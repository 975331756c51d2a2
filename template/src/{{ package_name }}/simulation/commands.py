"""The command of simulation: simulate."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..formatting import format_count, format_number
from ..screens import AsJson, check_number

if TYPE_CHECKING:
    from .replay import PeriodResult, Replay, Totals

app = typer.Typer()
COLUMNS = "{:<10} {:>18} {:>18} {:>9}  {}"


@app.command()
def simulate(
    label_delay: Annotated[
        float | None,
        typer.Option(
            min=0,
            callback=check_number,
            help="Hours until labels arrive; by default as declared.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Replay the periods of the data with a live server, real clients and no human."""
    from .replay import Replay

    replay = Replay(label_delay)
    if not as_json:
        show_header(replay)
    for result in replay.run():
        if not as_json:
            show_period(result)
    totals = replay.save()
    if as_json:
        typer.echo((replay.source.folder / "year.json").read_text(), nl=False)
    else:
        show_totals(replay, totals)
    raise typer.Exit(1 if totals["failed_requests"] else 0)


def show_header(replay: "Replay") -> None:
    settings, hours = replay.settings, replay.source.delay.total_seconds() / 3600
    _, periods = replay.source.split(settings.known_periods)
    metric = replay.spec.metric
    typer.echo(
        f"{periods[0]} to {periods[-1]}, {settings.clients} clients, labels arrive after "
        f"{hours:g} h, seed {settings.seed}\n"
        "static: the first model, never replaced; served: what the server answered\n"
    )
    header = ("period", f"{metric} (static)", f"{metric} (served)", "drifted", "decision")
    typer.echo(COLUMNS.format(*header))


def show_period(result: "PeriodResult") -> None:
    drifted = "-" if result.drifted_share is None else f"{result.drifted_share:.0%}"
    static, served = format_number(result.static_error), format_number(result.served_error)
    typer.echo(COLUMNS.format(result.period, static, served, drifted, result.decision))


def show_totals(replay: "Replay", totals: "Totals") -> None:
    static, served = totals["static_error"], totals["served_error"]
    change = f"{served / static - 1:+.1%}"
    typer.echo(COLUMNS.format("all", format_number(static), format_number(served), "", change))
    typer.echo(
        f"\n{totals['promoted']} promoted, {totals['rejected']} rejected; "
        f"{format_count(int(totals['requests']), 'request')}, {totals['failed_requests']} failed"
    )
    typer.echo(f"status page: {replay.source.folder / 'var/status/index.html'}")
    typer.echo(f"results, log, reports: {replay.source.folder}")
