"""The command of promotion: promote."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ..formatting import format_count, format_number, format_table
from ..screens import AsJson, print_result

if TYPE_CHECKING:
    from ..deployment.pointer import Delivery
    from ..registry.versions import Version
    from .gate import Verdict

app = typer.Typer()


@app.command()
def promote(
    version: Annotated[int | None, typer.Option(help="Default: the newest.")] = None,
    to_release: Annotated[
        bool, typer.Option("--release/--no-release", help="Whether to release it too.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Evaluate a version against the champion and a baseline; release it if it passes."""
    from ..deployment.delivery import deliver
    from ..deployment.pointer import read_active
    from ..errors import InputError
    from ..registry.lock import exclusive_lock
    from ..registry.versions import find_version, list_versions
    from ..settings import NAME
    from .promote import promote, unregistered_runs

    with exclusive_lock():
        try:
            if to_release:
                deliver()  # completes a delivery, or a rollback, that was interrupted
        except InputError as error:  # this command may replace the champion that it is about
            typer.echo(f"warning: {error}", err=True)
        versions = list_versions()
        if not versions:
            raise InputError(f"nothing is registered yet: run `{NAME} pipeline run` first")
        challenger = versions[-1] if version is None else find_version(version)
        verdict = promote(challenger)
        active = deliver() if verdict.accepted and to_release else read_active()
        unregistered = unregistered_runs()
    values = {"version": challenger.number, "run": challenger.run, **asdict(verdict)}
    values["active"] = asdict(active) if active else None
    values["unregistered"] = unregistered
    if unregistered:
        newer = f"{format_count(len(unregistered), 'newer run')} not registered"
        todo = f"`{NAME} pipeline run` registers the run of the current data and code"
        typer.echo(f"warning: {newer} ({', '.join(unregistered)}): {todo}", err=True)
    print_result(values, format_promotion(challenger, verdict, active, NAME), as_json)
    raise typer.Exit(0 if verdict.accepted else 1)


def format_promotion(
    challenger: "Version", verdict: "Verdict", active: "Delivery | None", command: str
) -> str:
    """The models on the same rows, the verdict, and what to do next."""
    lines = [f"version {challenger.number} ({challenger.run})"]
    if verdict.rules:
        days = f" of {verdict.window}" if verdict.window else ""
        lines.append(f"evaluated on {format_count(verdict.rows, 'holdout row')}{days}")
        lines += ["", format_rules(verdict), ""]
    lines.append(f"{'✓ passed' if verdict.accepted else '✗ rejected'}: {verdict.reason}")
    now = f"version {active.version} is the active release" if active else "nothing is released yet"
    todo = "to answer requests: {} serve" if verdict.accepted else "to train again: {} pipeline run"
    return "\n".join([*lines, f"  {now}; {todo.format(command)}"])


def format_rules(verdict: "Verdict") -> str:
    header = ["rule", "champion", "challenger", "baseline", "needed", "measured", "passed"]
    rows = []
    for rule in verdict.rules:
        losses = map(format_number, (rule.champion, rule.challenger, rule.baseline))
        passed = "yes" if rule.passed else "no"
        rows.append([rule.name, *losses, rule.needed, rule.measured, passed])
    return format_table(header, rows)
