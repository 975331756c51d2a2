"""`mlops-init data`: declare the user's data in an existing project."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import RefusedError
from ..git.run import GitError
from ..new import next_steps as steps
from ..template import render as projects
from .options import with_data_options
from .request import DataRequest

if TYPE_CHECKING:
    from .prepared import PreparedData

app = typer.Typer()


@app.command("data")
@with_data_options
def declare(
    path: Annotated[Path, typer.Argument(help="The project.")] = Path(),
    defaults: Annotated[bool, typer.Option("--defaults", "-y", help="Ask nothing.")] = False,
    data_request: DataRequest | None = None,
) -> None:
    """Declare your own data in an existing project."""
    from .view import show_declared
    from .write import project_files

    if data_request is None:
        raise RefusedError("Name your data: mlops-init data --data FILE --target COLUMN.")
    project = path.expanduser().resolve()
    answers = projects.read_answers(project)
    project_files.check_restorable(project)
    interactive = not defaults and sys.stdin.isatty() and sys.stdout.isatty()
    prepared = prepare_and_show(data_request, interactive=interactive)
    project_files.write_files(prepared, project, project)
    backup = project_files.back_up_results(project)
    try:
        project_files.commit_files(project, project_files.format_commit_message(prepared))
    except GitError as error:
        raise RefusedError(f"Written, but not committed ({error}): commit it yourself.") from error
    command, level = steps.command_of(answers), int(answers["level"])
    show_declared(prepared.path_from(project), backup, project, command, level)


def prepare_and_show(request: DataRequest, *, interactive: bool) -> "PreparedData":
    """Read the data and decide, with prompts if interactive, and show the decisions."""
    from ..ui.screens import waiting
    from .decision import Question
    from .prepare import prepare
    from .view import ask_question, show_decisions

    with waiting("Reading the data") as spinner:

        def ask(question: Question) -> str:
            spinner.stop()
            answer = ask_question(question)
            spinner.start()
            return answer

        prepared = prepare(request, ask=ask if interactive else None, on_progress=spinner.update)
    show_decisions(prepared.decisions)
    return prepared
