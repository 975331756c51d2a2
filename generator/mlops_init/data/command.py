"""`mlops-init data`: declare the user's data in an existing project."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ParamSpec, TypeVar

import typer

from ..errors import RefusedError
from ..git.run import GitError
from ..project_commands import installed_command
from ..template.answers_file import read_answers
from ..ui.console import is_interactive, spinner
from .options import with_data_options
from .request import DataRequest

if TYPE_CHECKING:
    from .prepared import PreparedData

app = typer.Typer()
P = ParamSpec("P")
T = TypeVar("T")


@app.command("data")
@with_data_options
def declare(
    path: Annotated[Path, typer.Argument(help="The project.")] = Path(),
    defaults: Annotated[bool, typer.Option("--defaults", "-y", help="Ask no questions.")] = False,
    data_request: DataRequest | None = None,
) -> None:
    """Declare your own data in an existing project."""
    from .view import print_declared
    from .write import project_files

    if data_request is None:
        raise RefusedError("Name your data: mlops-init data --data FILE --target COLUMN.")
    project = path.expanduser().resolve()
    answers = read_answers(project)
    project_files.check_restorable(project)
    interactive = not defaults and is_interactive()
    prepared = prepare_and_print(data_request, interactive=interactive)
    project_files.write_files(prepared, project, project)
    backup = project_files.back_up_results(project)
    try:
        project_files.commit_files(project, project_files.format_commit_message(prepared))
    except GitError as error:
        raise RefusedError(f"Written, but not committed ({error}): commit it yourself.") from error
    command, level = installed_command(project, answers), int(answers["level"])
    print_declared(prepared.path_from(project), backup, project, command, level)


def prepare_and_print(request: DataRequest, *, interactive: bool) -> "PreparedData":
    """Read the data and decide, print the decisions, and let a user at a terminal change them."""
    from .prepare import prepare
    from .view import ask_question, print_decisions, review_decisions

    with spinner("reading the data") as status:

        def pause(prompt: Callable[P, T]) -> Callable[P, T]:
            def prompt_without_spinner(*arguments: P.args, **options: P.kwargs) -> T:
                status.stop()
                answer = prompt(*arguments, **options)
                status.start()
                return answer

            return prompt_without_spinner

        if interactive:
            ask, review = pause(ask_question), pause(review_decisions)
            return prepare(request, ask=ask, review=review, on_progress=status.update)
        prepared = prepare(request, on_progress=status.update)
    print_decisions(prepared.decisions)
    return prepared
