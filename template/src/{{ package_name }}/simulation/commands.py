"""The verb of simulation: simulate."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .replay import PeriodResult, Replay

app = typer.Typer()
Delay = Annotated[float | None, typer.Option(help="Hours; by default as declared.")]


@app.command()
def simulate(label_delay: Delay = None) -> None:
    """Play the periods with a live server, real clients and nobody at the keyboard."""
    from ..promotion.gate import format_number
    from .replay import Replay

    year = Replay(label_delay)
    opening(year)
    played: list[PeriodResult] = []
    for each in year.play():
        line(each)
        played.append(each)
    total = year.keep(played)
    gain = 1 - total["served"] / total["never"]
    never, served = format_number(total["never"]), format_number(total["served"])
    typer.echo(f"  {'year':<8} {never:>7} {served:>7}        {-gain:+.1%}")
    typer.echo(
        f"\n{total['promoted']} promoted, {total['refused']} refused; "
        f"{total['requests']:,} requests, {total['failed']} failed"
    )
    typer.echo(f"figures, log, reports: {year.world.folder}")
    raise typer.Exit(1 if total["failed"] else 0)


def opening(year: "Replay") -> None:
    settings, hours = year.settings, year.world.delay.total_seconds() / 3600
    _, ahead = year.world.cut(settings.known_periods)
    typer.echo(
        f"{ahead[0]} to {ahead[-1]}: {settings.clients} clients asking, "
        f"labels {hours:g} h late, seed {settings.seed}"
    )
    typer.echo(f"\n  {'':<8} {'never':>7} {'served':>7} drift  decided when its labels came")


def line(each: "PeriodResult") -> None:
    from ..promotion.gate import format_number

    drift = "" if each.drift is None else f"{each.drift:.2f}"
    never, served = format_number(each.never), format_number(each.served)
    typer.echo(f"  {each.period:<8} {never:>7} {served:>7} {drift:>5}  {each.decision}")
    spanned = ", ".join(f"v{version} {count}" for version, count in sorted(each.spanned.items()))
    typer.echo(f"{'':<33}labels {each.window or 'none yet'}; answering: {spanned}")
