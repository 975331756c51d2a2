"""The commands of deployment: release, rollback, lineage."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ..formatting import format_table
from ..screens import AsJson, check_number, print_result
from .extension import find_extension, has_extension

if TYPE_CHECKING:
    from .pointer import Delivery

app = typer.Typer()
FULL = not has_extension()  # no capability releases step by step

Percent = Annotated[
    float | None,
    typer.Option(
        min=0.1,
        max=100,
        callback=check_number,
        help="First for this percentage of entities.",
        hidden=FULL,
    ),
]
Shadow = Annotated[
    bool, typer.Option("--shadow", help="First without an answer to clients.", hidden=FULL)
]


@app.command()
def release(
    allow_breaking: Annotated[
        bool, typer.Option("--allow-breaking", help="Even if clients must change their requests.")
    ] = False,
    canary: Percent = None,
    shadow: Shadow = False,
    as_json: AsJson = False,
) -> None:
    """Make the champion the active release. Completes a delivery that was interrupted."""
    from ..errors import InputError
    from ..registry.lock import exclusive_lock
    from ..settings import NAME
    from .delivery import deliver
    from .release import open_release

    check_first_step(canary, shadow)
    with exclusive_lock():
        if canary or shadow:
            active = find_extension("steps").start(canary, shadow, allow_breaking)
        else:
            active = deliver(allow_breaking)
    if active is None:
        raise InputError(f"there is no champion yet: run `{NAME} promote` first")
    open_release(active.release)  # InputError if it is damaged
    print_result(asdict(active), format_active(active), as_json)


def check_first_step(canary: float | None, shadow: bool) -> None:
    """InputError if the options exclude each other or need a capability."""
    from ..errors import InputError

    if canary and shadow:
        raise InputError("--canary and --shadow exclude each other: choose one")
    if FULL and (canary or shadow):
        add = "mlops-init upgrade --with canary"
        raise InputError(f"this project releases for all entities at once: run `{add}` first")


@app.command()
def rollback(
    reason: Annotated[str, typer.Option(help="Saved with the rejected version.")] = "by hand",
    as_json: AsJson = False,
) -> None:
    """Make the previous release active again, and reject the version of the current one."""
    from ..registry.lock import exclusive_lock
    from ..settings import NAME
    from ..tracking.client import TrackingUnavailableError
    from .delivery import rollback, sync_registry

    with exclusive_lock():
        active = rollback(reason)
        print_result(asdict(active), format_active(active), as_json)
        try:
            sync_registry()
        except TrackingUnavailableError as error:
            typer.echo(f"{error}: run `{NAME} release` later to update the registry", err=True)
            raise typer.Exit(1) from None


@app.command()
def lineage(
    version: Annotated[int | None, typer.Argument(help="Default: the active release.")] = None,
    url: Annotated[str | None, typer.Option(help="A running server, http://host:port.")] = None,
    as_json: AsJson = False,
) -> None:
    """Trace a release, or what a server serves, back to data, code and gate."""
    from .lineage import trace

    links = trace(version, url)
    problems = [f"differs: {link.problem}" if link.problem else "" for link in links]
    rows = [
        [link.step, link.value or "unknown", problem]
        for link, problem in zip(links, problems, strict=True)
    ]
    values = {"links": [asdict(link) for link in links]}
    print_result(values, format_table(["step", "found", "problem"], rows), as_json)
    raise typer.Exit(any(problems))


def format_active(active: "Delivery") -> str:
    text = f"version {active.version} is the active release ({active.release}, since {active.at})"
    if not (challenger := active.challenger):
        return text
    role = "shadow" if challenger.shadow else "challenger"
    return f"{text}\nversion {challenger.version} is its {role} at {challenger.share:g} %"
