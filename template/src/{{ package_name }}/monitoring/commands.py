"""The command of monitoring: monitor."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .health import Health

app = typer.Typer()


@app.command()
def monitor(
    period: Annotated[str | None, typer.Option(help="By default the newest of the data.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Evaluate a period from logged predictions and the labels that have arrived."""
    import json
    from dataclasses import asdict

    from .health import evaluate_period

    health = evaluate_period(period)
    if as_json:
        typer.echo(json.dumps(asdict(health)))
    else:
        show(health)


def show(health: "Health") -> None:
    from ..settings import var
    from .health import health_folders

    typer.echo(f"period   {health.period}, {health.predictions:,} predictions")
    typer.echo(f"release  {health.release or 'none is active'}")
    if health.drifted_share is not None:
        scores = sorted(health.drift_scores.items(), key=lambda pair: -pair[1])[:3]
        largest = ", ".join(f"{name} {score:.2f}" for name, score in scores)
        typer.echo(
            f"drift    {health.drifted_share:.0%} of the features drifted; highest: {largest}"
        )
    if health.error is None:
        typer.echo("quality  unknown: no prediction has its label yet")
    else:
        expected = "unknown" if health.expected_error is None else f"{health.expected_error:.4g}"
        typer.echo(f"quality  error {health.error:.4g}, expected {expected}")
        typer.echo(f"         {health.labelled:,} labelled predictions, {health.window}")
    typer.echo(f"alarm    {health.alarm or 'none'}")
    for folder in list(health_folders())[-1:]:
        typer.echo(f"report   {folder.relative_to(var().parent)}")
