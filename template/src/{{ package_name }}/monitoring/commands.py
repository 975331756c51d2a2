"""The verb of monitoring: monitor."""

from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def monitor(
    period: Annotated[str | None, typer.Option(help="By default the newest admitted.")] = None,
) -> None:
    """Judge a period by what was served and the labels that have arrived."""
    from ..data import load_rows
    from ..errors import InputError
    from ..labels.join import predicted_periods
    from ..periods import row_periods
    from ..settings import load_spec, var
    from .health import evaluate_period, health_folders

    spec = load_spec()
    found = {*row_periods(spec, load_rows(spec)), *predicted_periods(spec)}
    if period and period not in found:
        raise InputError(f"nothing is known of {period}: there are {min(found)} to {max(found)}")
    health = evaluate_period(period or max(row_periods(spec, load_rows(spec))))
    typer.echo(f"{health.period}: {health.predictions:,} predictions, {health.release} serves")
    if health.drift is not None:
        far = sorted(health.drift_scores, key=lambda name: -health.drift_scores[name])[:3]
        typer.echo(f"  drift    {health.drift:.0%} of the features, most in {', '.join(far)}")
    if health.error is None:
        typer.echo("  quality  unknown: no prediction has its label yet")
    else:
        typer.echo(f"  quality  {health.error:.4g} on {health.labelled:,} labelled predictions")
        typer.echo(f"           of {health.window}; {health.expected or 0:.4g} was expected")
    typer.echo(f"  alarm    {health.alarm or 'none'}")
    for folder in list(health_folders())[-1:]:
        typer.echo(f"  kept in  {folder.relative_to(var().parent)}")
