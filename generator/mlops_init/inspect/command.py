"""The commands that only read: `levels`, `diff`, `explain` and `doctor`."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from ..errors import RefusedError
from ..exit_status import ExitStatus
from ..template.answers_file import find_project
from ..template.levels import find_level, load_levels
from ..ui.console import enter_with_spinner, print_json, print_patch, spinner, use_colors
from ..ui.level_arguments import level_argument

app = typer.Typer()


@app.command()
def levels(
    number: Annotated[str | None, level_argument("N", "A level, 0 to 4. Default: all.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show all levels, or what one level adds."""
    from .view import levels as view

    level = None if number is None else find_level(number)
    if json:
        selected = load_levels() if level is None else [level]
        print_json({"levels": [view.level_as_json(each) for each in selected]})
    elif level is None:
        view.print_levels()
    else:
        view.print_level(level)


@app.command()
def diff(
    old: Annotated[str, level_argument("A", "A level, 0 to 4.")],
    new: Annotated[str, level_argument("B", "Another level.")],
    project: Annotated[
        Path | None, typer.Option(help="A project. Default: the one that contains this folder.")
    ] = None,
    patch: Annotated[bool, typer.Option("--patch", help="Print a patch for git apply.")] = False,
) -> None:
    """Show the difference between two levels."""
    from .diff import compare_levels
    from .view.diff import print_diff

    folder = project and project.expanduser().resolve()
    with enter_with_spinner("comparing", compare_levels(old, new, folder)) as difference:
        if patch:
            print_patch(difference.create_patch(color=use_colors()))
        else:
            print_diff(difference)


@app.command()
def explain(
    path: Annotated[Path, typer.Argument(help="A file or folder, which may not exist.")] = Path(),
    patch: Annotated[bool, typer.Option("--patch", help="Print your changes as a patch.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show why a file exists, and whether you changed it."""
    if patch and json:
        raise RefusedError("--patch and --json exclude each other: choose one.")
    from .explain import explain_path
    from .view.explain import explanation_as_json, print_explanation

    with enter_with_spinner("comparing", explain_path(path)) as explanation:
        if patch:
            print_patch(explanation.create_patch(color=use_colors()))
        elif json:
            print_json(explanation_as_json(explanation))
        else:
            print_explanation(explanation)


@app.command()
def doctor(
    online: Annotated[
        bool, typer.Option("--online", help="Check the package index as well.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show which tools this machine has, and which levels work on it.

    In a project, it also shows workflows that watch another branch than the default branch.
    """
    from .doctor import check_machine, list_usable_levels
    from .view.doctor import machine_as_json, print_machine, print_unstarted
    from .workflows import find_unstarted

    with spinner("checking this machine"):
        results = check_machine(online)
        project = find_project(Path.cwd())
        workflows = find_unstarted(project) if project and shutil.which("git") else []
    if json:
        print_json(machine_as_json(results, workflows))
    else:
        print_machine(results)
        print_unstarted(workflows)
    if len(list_usable_levels(results)) < len(load_levels()):
        raise typer.Exit(ExitStatus.ATTENTION)
