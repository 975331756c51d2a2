"""The commands of retraining: retrain, loop."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..formatting import format_number
from ..screens import AsJson, check_number, print_result

if TYPE_CHECKING:
    from .loop import LoopResult

app = typer.Typer()
Watch = Annotated[
    float | None,
    typer.Option(
        min=0.1,
        callback=check_number,
        metavar="MINUTES",
        help="Run again when data arrive, and after so many minutes in any case.",
    ),
]


@app.command()
def retrain(
    period: Annotated[
        str | None, typer.Option(help="By default the one that was evaluated last.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a new version if the last result of `monitor` is a reason to."""
    from dataclasses import asdict

    from ..errors import InputError
    from ..monitoring.health import latest_health
    from ..pipelines.steps import prepare
    from ..registry.lock import exclusive_lock
    from ..settings import NAME
    from .loop import LoopResult, read_clock, train_if_needed

    health = latest_health(period)
    if health is None:
        what = f"{period} is not evaluated yet" if period else "no period is evaluated yet"
        raise InputError(f"{what}: run `{NAME} monitor` first")
    with exclusive_lock():
        prepare(health.period)
        decision, version = train_if_needed(health, read_clock())
    result = LoopResult(health, decision, version)
    print_result(asdict(result), describe(result), as_json)


@app.command()
def loop(
    period: Annotated[str | None, typer.Option(help="By default the newest there is.")] = None,
    watch: Watch = None,
    as_json: AsJson = False,
) -> None:
    """Accept new data, evaluate the active release, and retrain, evaluate and deliver if needed."""
    from dataclasses import asdict

    from ..deployment.extension import find_extension
    from ..deployment.release import open_release
    from ..registry.lock import exclusive_lock
    from ..status.page import update_page
    from .loop import run_once

    if watch:
        return run_again(watch, period, as_json)
    notify = find_extension("notify", "notifications")
    with exclusive_lock():
        try:
            result = run_once(period)
        except Exception as error:  # of any kind: people must know of a defect too
            if notify:
                notify.after_loop(str(error))
            raise
        update_page()
        if notify:
            notify.after_loop()
    print_result(asdict(result), describe(result), as_json)
    if result.active:
        open_release(result.active.release)  # InputError if it is damaged


def run_again(minutes: float, period: str | None, as_json: bool) -> None:
    from ..errors import InputError
    from .watch import watch

    if period:
        raise InputError("--watch takes the newest period each time: leave out --period")
    watch(minutes, ["--json"] if as_json else [])


def describe(result: "LoopResult") -> str:
    health, version, verdict = result.health, result.version, result.verdict
    lines = {
        "period": health.period,
        "error": "unknown: no labels yet",
        "retrain": result.decision.summary,
    }
    if warnings := result.decision.sentences("warn"):
        lines["warning"] = "; ".join(warnings)
    if health.error is not None:
        lines["error"] = f"{format_number(health.error)}, from labels of {health.window}"
        if health.quality == "too few labels":
            lines["error"] += f": {health.labelled:,} labels are too few to evaluate"
    if version:
        lines["version"] = f"{version.number}, registered"
    if version and verdict:
        outcome = "passed" if verdict.accepted else "rejected"
        lines["version"] = f"{version.number}, {outcome} by the gate: {verdict.reason}"
    if result.active or verdict:
        lines["active"] = f"version {result.active.version}" if result.active else "none"
    return "\n".join(f"{name:<9}{value}" for name, value in lines.items())
