"""The command `mlops-init new`."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..data.command import prepare_and_print
from ..data.options import request_data, with_data_options
from ..data.request import DataRequest
from ..errors import RefusedError
from ..project_commands import command_line, project_command, use_own_data
from ..template.levels import Step, find_level
from ..ui.console import is_interactive, spinner
from ..ui.level_arguments import level_option, optional_option
from . import next_steps, view
from .answers import collect_answers, select_answers
from .create import NewProject, Request, create_project
from .destination import ExistingProjectError, check_destination, check_new_name
from .existing_files import ObstacleError

if TYPE_CHECKING:
    from ..data.prepared import PreparedData

HELP_STEP = Step("--help", "the list of all commands")
app = typer.Typer()


@app.command()
@with_data_options
def new(
    path: Annotated[Path | None, typer.Argument(help="The folder of the project.")] = None,
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
    optional: Annotated[
        list[str] | None, optional_option("An optional capability, for example tuning.")
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
    options: dict[str, object] = {"level": level, "project_name": name, "package_name": package}
    options["optional"] = optional
    options["example"] = _choose_example(example, data_request is not None)
    given = collect_answers(answers, pairs or [], options)
    interactive = not defaults and is_interactive()
    destination = _choose_destination(path, interactive, is_named="project_name" in given)
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
    with ExitStack() as downloads:
        if not interactive:
            _create(request)
        elif confirmed := _ask_and_confirm(request, downloads):
            _create(confirmed, is_previewed=not dry_run)


def _choose_example(example: str | None, has_data: bool) -> str | None:
    if has_data and example not in (None, "none"):
        raise RefusedError(f"--example {example} and --data exclude each other: choose one.")
    return "none" if has_data else example


def _choose_destination(path: Path | None, interactive: bool, *, is_named: bool) -> Path:
    """The folder of the project; a user at a terminal is asked again if it is not possible."""
    if path is None:
        if not interactive:
            raise RefusedError("Name the folder of the project: mlops-init my-project.")
        return view.ask_for_folder(is_named=is_named)
    destination = path.expanduser().resolve()
    try:
        check_destination(destination)
        if interactive and not is_named:
            check_new_name(destination)
    except ExistingProjectError:
        raise
    except RefusedError as error:
        if not interactive:
            raise
        view.print_problem(error)
        return view.ask_for_folder(is_named=is_named)
    return destination


def _ask_and_confirm(request: Request, downloads: ExitStack) -> Request | None:
    """Ask for what is missing and show a preview; None if the user does not confirm it."""
    is_example_given = "example" in request.answers
    request, _ = _ask(request)
    if request.answers["example"] == "none" and not is_example_given:
        request = replace(request, data=_ask_for_data(downloads))
    if request.dry_run:
        return request
    request, project = _ask(request)
    decisions = request.data.decisions if request.data else None
    view.print_preview(project, request.destination, decisions)
    if view.confirm(project):
        return request
    view.print_not_created()
    return None


def _ask(request: Request) -> tuple[Request, NewProject]:
    """Let Copier ask for missing answers; ask for another folder if files are in the way."""
    while True:
        try:
            project = create_project(replace(request, dry_run=True))
        except ObstacleError as error:
            view.print_problem(error)
            destination = view.ask_for_folder(is_named=True)
            request = replace(
                request, destination=destination, answers=select_answers(error.answers)
            )
        else:
            answers = select_answers(project.answers)
            return replace(request, answers=answers, interactive=False), project


def _ask_for_data(downloads: ExitStack) -> "PreparedData | None":
    """Ask for a file until one can be read; None if the user declares it later."""
    while answer := view.ask_for_data():
        try:
            data_request = downloads.enter_context(request_data(answer))
            return prepare_and_print(data_request, interactive=True)
        except RefusedError as error:
            view.print_problem(error)
    return None


def _create(request: Request, *, is_previewed: bool = False) -> None:
    """Create the project, print it, and run the next steps or print them."""
    with spinner("creating the project"):
        project = create_project(request)
    steps = find_level(project.answers["level"]).steps
    if request.data:
        steps = use_own_data(steps, request.data.path_from(request.destination))
    if request.dry_run:
        view.print_dry_run(project, steps if request.run_steps else ())
        return
    view.print_created(project, is_previewed=is_previewed)
    if request.run_steps:
        command = project_command(project.answers)
        for step in steps:
            view.print_running(command_line(command, step))
            next_steps.run_step(request.destination, command, step)
        steps = (HELP_STEP,)
    is_declared = request.data is not None
    view.print_next_steps(request.destination, project, steps, is_declared)
