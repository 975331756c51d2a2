"""The commands that look and change nothing: levels, diff, explain, doctor."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ..exit_status import ExitStatus
from ..template import levels
from ..ui import screens


def _complete_level(incomplete: str) -> list[tuple[str, str]]:
    found = [(str(each.number), each.name) for each in levels.levels()]
    return [each for each in found if each[0].startswith(incomplete)]


def level_option(text: str) -> Any:
    """An option that takes a level, and completes it."""
    return typer.Option(metavar="N", help=text, autocompletion=_complete_level)


def level_argument(name: str, text: str) -> Any:
    """An argument that takes a level, and completes it."""
    return typer.Argument(metavar=name, help=text, autocompletion=_complete_level)


app = typer.Typer()


@app.command("levels")
def show_levels(
    number: Annotated[str | None, level_argument("N", "The level to show, 0 to 4.")] = None,
) -> None:
    """Show what each level is, or what one level adds."""
    if number is None:
        screens.all_levels()
    else:
        screens.one_level(levels.level(number).number)


@app.command()
def diff(
    old: Annotated[str, level_argument("A", "A level, 0 to 4.")],
    new: Annotated[str, level_argument("B", "Another level.")],
    project: Annotated[
        Path | None, typer.Option(help="A project; the one around this folder if left out.")
    ] = None,
    patch: Annotated[bool, typer.Option("--patch", help="For git apply, or to read.")] = False,
) -> None:
    """Show what changes between two levels."""
    from ..inspect import diff as diffs
    from ..inspect import diff_view as said

    place = project and project.expanduser().resolve()
    with diffs.compared(old, new, place) as difference:
        if patch:
            screens.patch(difference.patch(colour=screens.coloured()))
        else:
            said.tree(difference)


@app.command()
def explain(
    path: Annotated[Path, typer.Argument(help="A file or folder, there or not.")] = Path(),
    patch: Annotated[bool, typer.Option("--patch", help="What you changed, as a patch.")] = False,
) -> None:
    """Show why a file is there, and whether you changed it."""
    from ..inspect import explain as explanations
    from ..inspect import explain_view as said

    with explanations.explained(path) as it:
        if patch:
            screens.patch(it.patch(colour=screens.coloured()))
        else:
            said.explain(it)


@app.command()
def doctor(
    online: Annotated[
        bool, typer.Option("--online", help="Ask the package index as well.")
    ] = False,
) -> None:
    """Show what this machine has and lacks for each level."""
    from ..inspect import doctor as doctors
    from ..inspect import doctor_view as said

    with screens.waiting("looking"):
        tools = doctors.checked(online)
    said.machine(tools)
    every = doctors.working(tools) == doctors.every()
    raise typer.Exit(ExitStatus.SUCCESS if every else ExitStatus.ATTENTION)
