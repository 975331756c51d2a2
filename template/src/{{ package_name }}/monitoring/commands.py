"""The commands of monitoring: monitor, monitor calibrate."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..formatting import format_count, format_number
from ..screens import AsJson, print_result, show_progress

if TYPE_CHECKING:
    from .health import Health
    from .thresholds import Calibration

app = typer.Typer()
monitor = typer.Typer(invoke_without_command=True)
app.add_typer(monitor, name="monitor")


@monitor.callback()
def evaluate(
    context: typer.Context,
    period: Annotated[str | None, typer.Option(help="By default the newest of the data.")] = None,
    as_json: AsJson = False,
) -> None:
    """Evaluate a period from logged predictions and the labels that have arrived."""
    if context.invoked_subcommand:
        return
    from dataclasses import asdict

    from .health import evaluate_period

    health = evaluate_period(period)
    print_result(asdict(health), describe(health), as_json)


@monitor.command()
def calibrate(as_json: AsJson = False) -> None:
    """Set the thresholds of the alarms from history, for a wanted number of false alarms a year."""
    from dataclasses import asdict

    from .calibration import calibrate

    with show_progress() as on_progress:
        calibration = calibrate(on_progress)
    print_result(asdict(calibration), describe_calibration(calibration), as_json)


def describe_calibration(calibration: "Calibration") -> str:
    from .thresholds import calibration_file

    lines = {
        "history": f"{calibration.history}, {calibration.history_days} days that "
        f"{calibration.release} was evaluated on before it was trained on them",
        "threshold": f"alarm above {calibration.max_error_ratio:g} times the error of the worst "
        f"period of the backtest, from the newest {calibration.window_days} days",
        "false": f"{calibration.false_alarms:.2f} alarms a year, "
        f"{calibration.wanted_false_alarms:g} wanted, if every day is evaluated",
    }
    for each in calibration.detections:
        delay = "" if each.days is None else f", half of them within {each.days:.0f} days"
        text = f"found within {calibration.window_days} days in {each.found:.0%} of the years"
        lines[f"+{each.shift:.0%}"] = f"{text}{delay}"
    lines["saved"] = str(calibration_file())
    return "\n".join(f"{name:<11}{value}" for name, value in lines.items())


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
    if health.checks:
        alarms = [f"{each.name}: {each.sentence}" for each in health.checks if each.is_alarm]
        lines["checks"] = f"{len(alarms)} of {len(health.checks)} are alarms"
        lines |= {f"{number:>6}.": text for number, text in enumerate(alarms, 1)}
    if folders := list(health_folders()):
        lines["report"] = str(folders[-1])
    return "\n".join(f"{name:<9}{value}" for name, value in lines.items())
