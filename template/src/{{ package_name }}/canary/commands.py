"""The commands of canary: canary status, compare, step, promote, withdraw, watch."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ..formatting import format_number, format_table
from ..screens import AsJson, check_number, print_result

if TYPE_CHECKING:
    from ..deployment.pointer import Delivery
    from .comparison import Comparison
    from .steps import Status

app = typer.Typer()
canary = typer.Typer(no_args_is_help=True, help="Try a release on a share of the traffic.")
app.add_typer(canary, name="canary")
Force = Annotated[bool, typer.Option("--force", help="Do not wait for the end of the step.")]
Reason = Annotated[str, typer.Option(help="Saved with the rejected version.")]


@canary.command()
def status(as_json: AsJson = False) -> None:
    """Show the challenger, what it answered in this step, and what comes next."""
    from .steps import read_status

    found = read_status()
    print_result(asdict(found), format_status(found), as_json)


@canary.command()
def step(force: Force = False, as_json: AsJson = False) -> None:
    """Give the challenger its next share, or withdraw it if the servers suspended it."""
    from ..registry.lock import exclusive_lock
    from .steps import step

    with exclusive_lock():
        line = step(force)
        finish(line, as_json)
    raise typer.Exit(1 if line.rejected else 0)


@canary.command()
def promote(as_json: AsJson = False) -> None:
    """Give the challenger the whole traffic at once."""
    from ..registry.lock import exclusive_lock
    from .steps import promote_challenger

    with exclusive_lock():
        finish(promote_challenger(), as_json)


@canary.command()
def withdraw(reason: Reason = "by hand", as_json: AsJson = False) -> None:
    """End the challenger at once and reject its version; the registry may be down."""
    from ..registry.lock import exclusive_lock
    from .steps import withdraw_challenger

    with exclusive_lock():
        finish(withdraw_challenger(reason), as_json)


@canary.command()
def compare(as_json: AsJson = False) -> None:
    """Compare champion and challenger on late labels; valid however often it is run."""
    from .comparison import compare
    from .steps import canary_settings

    result = compare(canary_settings())
    values = asdict(result) | {"verdict": result.verdict}
    print_result(values, format_comparison(result), as_json)


@canary.command()
def watch(
    every: Annotated[float, typer.Option(min=0.1, callback=check_number, help="Seconds.")] = 60,
) -> None:
    """Run `canary step` again and again, until the challenger is promoted or withdrawn."""
    import time

    from ..registry.lock import exclusive_lock
    from .steps import advance, read_status

    active = read_status().active  # InputError if there is no challenger
    while active.challenger:
        with exclusive_lock():
            line = advance()
            if line != active:
                finish(line, as_json=False)
        if line.challenger:
            time.sleep(every)
        active = line
    raise typer.Exit(1 if active.rejected else 0)


def finish(line: "Delivery", as_json: bool) -> None:
    """Print the new line of the pointer, then update the registry as `rollback` does."""
    from ..deployment.delivery import sync_registry
    from ..settings import NAME
    from ..tracking.client import TrackingUnavailableError

    print_result(asdict(line), format_line(line), as_json)
    try:
        if line.rejected:
            sync_registry()
    except TrackingUnavailableError as error:
        typer.echo(f"{error}: run `{NAME} release` later to update the registry", err=True)
        raise typer.Exit(1) from None


def format_line(line: "Delivery") -> str:
    active = f"version {line.version} is the active release ({line.release})"
    if line.rejected:
        return f"✗ {line.rejected} is withdrawn: {line.reason}\n{active}"
    if line.challenger is None:
        return f"✓ {active}"
    return f"{active}\n{format_challenger(line)}"


def format_challenger(line: "Delivery") -> str:
    challenger = line.challenger
    assert challenger
    action = "predicts in the shadow" if challenger.shadow else "answers"
    share = f"{challenger.share:g} % of the entities"
    return f"version {challenger.version} ({challenger.release}) {action} {share}, since {line.at}"


def format_comparison(result: "Comparison") -> str:
    rows = [
        ["champion", f"{result.champion_rows:,}", format_number(result.champion)],
        ["challenger", f"{result.challenger_rows:,}", format_number(result.challenger)],
    ]
    table = format_table(["role", "labelled", result.metric], rows)
    low, high = (
        "unlimited" if each is None else format_number(each, sign="+")
        for each in (result.low, result.high)
    )
    test = f"difference of the mean loss: {format_number(result.difference, sign='+')} "
    test += f"({low} to {high}, {result.units:,} {result.unit})"
    verdict = {
        "better": "✓ the challenger is better",
        "worse": "✗ the challenger is worse",
        "not decided": "not decided yet: a difference of 0 is possible",
    }[result.verdict]
    return f"{table}\n\n{test}\n{verdict}"


def format_status(found: "Status") -> str:
    counts, next_share = found.counts, found.next_share
    rows = [
        ["champion", str(found.active.version), f"{counts.champion:,}", ""],
        [
            "challenger",
            str(found.challenger.version),
            f"{counts.challenger:,}",
            ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.failures.items())),
        ],
    ]
    table = format_table(["role", "version", "rows", "not answered"], rows)
    following = "promotes it" if next_share is None else f"gives it {next_share:g} %"
    todo = f"`canary step` {following}"
    if found.withdraw:
        todo = f"the servers suspended it ({found.withdraw}); `canary step` withdraws it"
    elif found.wait:
        todo = f"{todo}, when the step ends: {found.wait}"
    return f"{format_challenger(found.active)}\n\n{table}\n\n{todo}"
