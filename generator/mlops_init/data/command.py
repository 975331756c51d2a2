"""`mlops-init data`: the owner's data in a project that is there."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..errors import RefusedError
from ..git.run import GitError
from ..project_commands import project_command
from ..template.answers_file import read_answers
from .options import about_data
from .request import Wishes

app = typer.Typer()


@app.command("data")
@about_data
def declare(
    path: Annotated[Path, typer.Argument(help="The project.")] = Path(),
    defaults: Annotated[bool, typer.Option("--defaults", "-y", help="Ask nothing.")] = False,
    wishes: Wishes | None = None,
) -> None:
    """Declare your own data in a project that is there."""
    from . import view as screens
    from .prepare import prepare
    from .write import writing

    if wishes is None:
        raise RefusedError("Name your data: mlops-init data --data FILE --target COLUMN.")
    project = path.expanduser().resolve()
    answers = read_answers(project)
    writing.check_safe(project)
    declared = prepare(wishes, asking=not defaults and sys.stdin.isatty() and sys.stdout.isatty())
    screens.profiled(declared.plan)
    where = writing.write(declared, project, project)
    aside = writing.put_aside(project)
    try:
        writing.commit(project, writing.message(declared))
    except GitError as error:
        raise RefusedError(f"Written, but not committed ({error}): commit it yourself.") from error
    screens.declared(where, aside, project, project_command(answers), int(answers["level"]))
