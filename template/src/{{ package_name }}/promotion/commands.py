"""The command of promotion: promote."""

import json
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..deployment.pointer import Delivery
    from ..registry.versions import Version
    from .gate import Verdict

app = typer.Typer()


@app.command()
def promote(
    version: Annotated[int | None, typer.Option(help="By default the newest.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Evaluate a version against the champion and a baseline; release it if it passes."""
    from ..deployment.compatibility import IncompatibleError
    from ..deployment.delivery import deliver
    from ..deployment.pointer import read_active
    from ..errors import InputError
    from ..registry.lock import exclusive_lock
    from ..registry.versions import find_version, list_versions
    from ..settings import NAME
    from .promote import promote

    with exclusive_lock():
        with suppress(IncompatibleError):  # this command may replace that champion
            deliver()  # completes a delivery, or a rollback, that was interrupted
        versions = list_versions()
        if not versions:
            raise InputError(f"nothing is registered yet: run `{NAME} pipeline run` first")
        challenger = versions[-1] if version is None else find_version(version)
        verdict = promote(challenger)
        active = deliver() if verdict.accepted else read_active()
    if as_json:
        result = {"version": challenger.number, "run": challenger.run, **asdict(verdict)}
        typer.echo(json.dumps(result | {"active": asdict(active) if active else None}))
    else:
        show(challenger, verdict, active)
    raise typer.Exit(0 if verdict.accepted else 1)


def show(challenger: "Version", verdict: "Verdict", active: "Delivery | None") -> None:
    from ..settings import NAME

    typer.echo(f"version {challenger.number} ({challenger.run})")
    if verdict.rules:
        days = f" of {verdict.window}" if verdict.window else ""
        typer.echo(f"evaluated on {verdict.rows:,} holdout rows{days}")
        typer.echo(f"\n{format_rules(verdict)}\n")
    typer.echo(f"{'✓ passed' if verdict.accepted else '✗ rejected'}: {verdict.reason}")
    now = f"version {active.version} is the active release" if active else "nothing is released yet"
    todo = "to answer requests: {} serve" if verdict.accepted else "to train again: {} pipeline run"
    typer.echo(f"  {now}; {todo.format(NAME)}")


def format_rules(verdict: "Verdict") -> str:
    from ..formatting import format_number, format_table

    header = ["rule", "champion", "challenger", "baseline", "needed", "measured", "passed"]
    rows = []
    for rule in verdict.rules:
        losses = map(format_number, (rule.champion, rule.challenger, rule.baseline))
        passed = "yes" if rule.passed else "no"
        rows.append([rule.name, *losses, rule.needed, rule.measured, passed])
    return format_table(header, rows)
