"""The command of monitoring: monitor."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..formatting import format_count, format_number
from ..screens import AsJson, print_result

if TYPE_CHECKING:
    from .health import Health

app = typer.Typer()


@app.command()
def monitor(
    period: Annotated[str | None, typer.Option(help="By default the newest of the data.")] = None,
    as_json: AsJson = False,
) -> None:
    """Evaluate a period from logged predictions and the labels that have arrived."""
    from dataclasses import asdict

    from .health import evaluate_period

    health = evaluate_period(period)
    print_result(asdict(health), describe(health), as_json)


def describe(health: "Health") -> str:
    from .health import health_folders

    scores = sorted(health.drift_scores.items(), key=lambda pair: -pair[1])[:3]
    highest = ", ".join(f"{name} {score:.2f}" for name, score in scores)
    drift, quality = "unknown: no predictions", "unknown: no prediction has its label yet"
    if health.drifted_share is not None:
        drift = f"{health.drifted_share:.0%} of the features drifted; highest: {highest}"
    if health.error is not None:
        error, expected = format_number(health.error), format_number(health.expected_error)
        labels = format_count(health.labelled, "labelled prediction")
        quality = f"error {error}, expected {expected}, from {labels} of {health.window}"
    alarm = health.alarm or "none"
    if health.quality == "too few labels":
        alarm = f"not evaluated: {health.labelled:,} labels are too few, "
        alarm += f"{health.needed_labels:,} are needed"
    elif health.quality == "good":
        alarm = f"none: an error above {format_number(health.highest_error)} would be one"
    lines = {
        "period": f"{health.period}, {format_count(health.predictions, 'prediction')}",
        "release": health.release or "none is active",
        "drift": drift,
        "quality": quality,
        "alarm": alarm,
    }
    if folders := list(health_folders()):
        lines["report"] = str(folders[-1])
    return "\n".join(f"{name:<9}{value}" for name, value in lines.items())
