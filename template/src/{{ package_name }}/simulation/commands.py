"""The command of simulation: simulate."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .replay import PeriodResult, Replay, Totals

app = typer.Typer()
COLUMNS = "{:<10} {:>12} {:>13} {:>8}  {}"


@app.command()
def simulate(
    label_delay: Annotated[
        float | None, typer.Option(help="Hours until labels arrive; by default as declared.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object at the end.")
    ] = False,
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
    typer.echo(
        f"{periods[0]} to {periods[-1]}, {settings.clients} clients, "
        f"labels arrive after {hours:g} h, seed {settings.seed}"
    )
    typer.echo(f"{replay.spec.metric} of the first model if never replaced (static), and of the")
    typer.echo("predictions that the server gave (served)\n")
    typer.echo(COLUMNS.format("period", "static model", "served model", "drifted", "decision"))


def show_period(result: "PeriodResult") -> None:
    from ..formatting import format_number

    drifted = "" if result.drifted_share is None else f"{result.drifted_share:.0%}"
    static, served = format_number(result.static_error), format_number(result.served_error)
    typer.echo(COLUMNS.format(result.period, static, served, drifted, result.decision))
    answered = ", ".join(
        f"{count:,} by version {version}" for version, count in sorted(result.answered_by.items())
    )
    typer.echo(f"{'':<11}labels: {result.window or 'none yet'}; requests during it: {answered}")


def show_totals(replay: "Replay", totals: "Totals") -> None:
    from ..formatting import format_number

    static, served = totals["static_error"], totals["served_error"]
    change = f"{served / static - 1:+.1%}"
    cells = ("all", format_number(static), format_number(served), "", change)
    typer.echo(COLUMNS.format(*cells))
    typer.echo(
        f"\n{totals['promoted']} promoted, {totals['rejected']} rejected; "
        f"{totals['requests']:,} requests, {totals['failed_requests']} failed"
    )
    typer.echo(f"results, log, reports: {replay.source.folder}")
