"""The verb of monitoring: monitor."""

from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def monitor(
    period: Annotated[str | None, typer.Option(help="By default the newest admitted.")] = None,
) -> None:
    """Judge a period by what was served and the labels that have arrived."""
    from ..data import load, periods
    from ..errors import InputError
    from ..labels.joined import answered_periods
    from ..settings import load_spec, var
    from .health import every, look

    spec = load_spec()
    found = {*periods(spec, load(spec)), *answered_periods(spec)}
    if period and period not in found:
        raise InputError(f"nothing is known of {period}: there are {min(found)} to {max(found)}")
    health = look(period or max(periods(spec, load(spec))))
    typer.echo(f"{health.period}: {health.predictions:,} predictions, {health.release} serves")
    if health.drift is not None:
        far = sorted(health.distances, key=lambda name: -health.distances[name])[:3]
        typer.echo(f"  drift    {health.drift:.0%} of the features, most in {', '.join(far)}")
    if health.error is None:
        typer.echo("  quality  unknown: no prediction has its label yet")
    else:
        typer.echo(f"  quality  {health.error:.4g} on {health.labelled:,} labelled predictions")
        typer.echo(f"           of {health.window}; {health.expected or 0:.4g} was expected")
    typer.echo(f"  alarm    {health.alarm or 'none'}")
    for folder in list(every())[-1:]:
        typer.echo(f"  kept in  {folder.relative_to(var().parent)}")
