"""The command of notifications: notify."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..screens import AsJson, print_result

if TYPE_CHECKING:
    from .notify import Outcome

app = typer.Typer()


@app.command()
def notify(
    test: Annotated[bool, typer.Option("--test", help="Send a test to each channel.")] = False,
    loop_failed: Annotated[
        str | None, typer.Option(help="The loop failed, and this sentence says why.")
    ] = None,
    loop_succeeded: Annotated[
        bool, typer.Option("--loop-succeeded", help="The loop succeeded again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send alarms that began, and alarms that are over, to each channel that does not know them."""
    from dataclasses import asdict

    from ..errors import InputError
    from ..registry.lock import exclusive_lock
    from .notify import Loop, send_test
    from .notify import notify as send

    if test + bool(loop_failed) + loop_succeeded > 1:
        raise InputError("use one of --test, --loop-failed and --loop-succeeded")
    with exclusive_lock():
        is_loop = loop_succeeded or bool(loop_failed)
        outcomes = send_test() if test else send(Loop(loop_failed) if is_loop else None)
    values = {"messages": [asdict(outcome) for outcome in outcomes]}
    text = "\n".join(map(describe, outcomes)) or "nothing is new: no message was sent"
    print_result(values, text, as_json)
    if any(outcome.error for outcome in outcomes):
        raise typer.Exit(1)


def describe(outcome: "Outcome") -> str:
    what = {"begin": f"alarm: {outcome.alarm}", "end": f"over: {outcome.alarm}", "test": "test"}
    result = f"not delivered: {outcome.error}" if outcome.error else "delivered"
    return f"{outcome.channel:<9} {what[outcome.event]}, {result}"
