"""The command `mlops-init new`."""

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from ..data.command import prepare_and_print
from ..data.options import with_data_options
from ..data.request import DataRequest
from ..errors import RefusedError
from ..project_commands import command_line, project_command, use_own_data
from ..template.levels import Step, find_level
from ..ui.console import is_interactive, spinner
from ..ui.level_arguments import level_option
from . import next_steps, view
from .answers import collect_answers
from .create import Request, create_project
from .destination import check_destination

HELP_STEP = Step("--help", "the list of all commands")
app = typer.Typer()


@app.command()
@with_data_options
def new(
    path: Annotated[Path | None, typer.Argument(help="A new or empty folder.")] = None,
    level: Annotated[str | None, level_option("0 to 4. Default: 1.")] = None,
    name: Annotated[
        str | None, typer.Option(help="The name of the project. Default: the name of the folder.")
    ] = None,
    package: Annotated[
        str | None, typer.Option(help="The name of its Python package. Default: from its name.")
    ] = None,
    example: Annotated[
        str | None, typer.Option(help="air-time, late-arrival or none. Default: air-time.")
    ] = None,
    pairs: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=ANSWER", help="The answer to any question."),
    ] = None,
    answers: Annotated[Path | None, typer.Option(help="A YAML file with answers.")] = None,
    defaults: Annotated[bool, typer.Option("--defaults", "-y", help="Ask no questions.")] = False,
    run: Annotated[bool, typer.Option("--run", help="Run the next three commands.")] = False,
    no_git: Annotated[
        bool, typer.Option("--no-git", help="Create no repository and no commit.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the files; write nothing.")
    ] = False,
    data_request: DataRequest | None = None,
) -> None:
    """Create a project."""
    options = {"level": level, "project_name": name, "package_name": package}
    options["example"] = _choose_example(example, data_request is not None)
    given = collect_answers(answers, pairs or [], options)
    interactive = not defaults and is_interactive()
    destination = _choose_destination(path, given, interactive)
    data = None
    if data_request:
        data = prepare_and_print(data_request, interactive=interactive)
    request = Request(
        destination=destination,
        answers=given,
        interactive=interactive,
        use_git=not no_git,
        dry_run=dry_run,
        run_steps=run,
        data=data,
    )
    _create(request)


def _choose_example(example: str | None, has_data: bool) -> str | None:
    if has_data and example not in (None, "none"):
        raise RefusedError(f"--example {example} and --data exclude each other: choose one.")
    return "none" if has_data else example


def _choose_destination(path: Path | None, answers: Mapping[str, Any], interactive: bool) -> Path:
    if path is None and not interactive:
        raise RefusedError("Name the folder of the project: mlops-init my-project.")
    folder = path or Path(typer.prompt("Folder of the project"))
    destination = folder.expanduser().resolve()
    check_destination(destination)
    if interactive and "level" not in answers:
        view.print_level_question(answers.get("project_name", destination.name))
    return destination


def _create(request: Request) -> None:
    """Create the project, print it, and run the next steps or print them."""
    # Copier asks its questions while it renders, and a spinner would hide them.
    with nullcontext() if request.interactive else spinner("creating the project"):
        project = create_project(request)
    steps = find_level(project.answers["level"]).steps
    if request.data:
        steps = use_own_data(steps, request.data.path_from(request.destination))
    if request.dry_run:
        view.print_dry_run(project, steps if request.run_steps else ())
        return
    view.print_created(project)
    if request.run_steps:
        command = project_command(project.answers)
        for step in steps:
            view.print_running(command_line(command, step))
            next_steps.run_step(request.destination, command, step)
        steps = (HELP_STEP,)
    is_declared = request.data is not None
    view.print_next_steps(request.destination, project, steps, is_declared)
