"""The command line: `mlops-init`."""

import io
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..data import command as data_commands
from ..data.options import with_data_options
from ..data.request import DataRequest
from ..errors import RefusedError
from ..exit_status import ExitStatus
from ..git import run as git
from ..new import answers as given_answers
from ..new import create as creation
from ..new import destination as target
from ..new import next_steps as steps
from ..template import levels
from ..template import render as project
from ..ui import screens
from ..upgrade import command as upgrades
from ..upgrade import plan as plans
from . import inspection
from .inspection import level_option
from .new_by_default import NewByDefault

if TYPE_CHECKING:
    from ..data.prepared import PreparedData

EXAMPLES = "air-time (the default), late-arrival or none."


def _version(wanted: bool) -> None:
    if wanted:
        print(f"mlops-init {project.version()}")
        raise typer.Exit


app = typer.Typer(
    cls=NewByDefault,
    help="Make an MLOps project at the maturity level you need today, and raise it in place.",
    epilog="mlops-init my-project --level 2 means mlops-init new my-project --level 2.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None: ...


@app.command()
@with_data_options
def new(
    path: Annotated[Path | None, typer.Argument(help="A folder, new or empty.")] = None,
    level: Annotated[str | None, level_option("0 to 4; 1 if left out.")] = None,
    name: Annotated[str | None, typer.Option(help="The folder's if left out.")] = None,
    package: Annotated[str | None, typer.Option(help="The name it is imported by.")] = None,
    example: Annotated[str | None, typer.Option(help=EXAMPLES)] = None,
    pairs: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=ANSWER", help="Any other answer.")
    ] = None,
    answers: Annotated[Path | None, typer.Option(help="A YAML file of answers.")] = None,
    defaults: Annotated[bool, typer.Option("--defaults", "-y", help="Ask nothing.")] = False,
    run: Annotated[bool, typer.Option("--run", help="Run the next three commands.")] = False,
    no_git: Annotated[bool, typer.Option("--no-git", help="No repository, no commit.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, write nothing.")] = False,
    data_request: DataRequest | None = None,
) -> None:
    """Make a project."""
    options = {"level": level, "project_name": name, "package_name": package}
    options["example"] = _example(example, data_request)
    given = given_answers.given(answers, pairs or [], options)
    asking = not defaults and sys.stdin.isatty() and sys.stdout.isatty()
    place = _place(path, given, asking)
    own = _prepared(data_request, asking)
    making = {"asking": asking, "committed": not no_git, "runs": run}
    made = creation.create(place, given, **making, dry=dry_run, declared=own)
    _go_on(made, place, own, run, dry_run)


def _place(path: Path | None, given: Mapping[str, Any], asking: bool) -> Path:
    """Where the project will lie; asked for if it was not said."""
    if path is None and not asking:
        raise RefusedError("Name the folder of the project: mlops-init my-project.")
    place = (path or Path(typer.prompt("Folder of the project"))).expanduser().resolve()
    target.check(place)
    if asking and "level" not in given:
        screens.question(given.get("project_name", place.name))
    return place


def _go_on(
    made: creation.Made, place: Path, own: "PreparedData | None", run: bool, dry: bool
) -> None:
    """Show what was made or would be, and run what comes next, or say it."""
    todo = levels.level(made.answers["level"]).steps
    if own:
        todo = steps.about(todo, own.path_from(place))
    if dry:
        screens.would_make(made, todo if run else ())
        return
    screens.created(made)
    if run:
        todo = _run(todo, place, steps.command_of(made.answers))
    screens.next_steps(place, made.answers, todo, declared=own is not None)


def _example(example: str | None, data_request: DataRequest | None) -> str | None:
    if data_request and example not in (None, "none"):
        raise RefusedError(f"--example {example} and --data are two kinds of data: choose one.")
    return "none" if data_request else example


def _prepared(data_request: DataRequest | None, asking: bool) -> "PreparedData | None":
    """The user's data, read and decided about before anything is made."""
    if data_request is None:
        return None
    return data_commands.prepare_and_show(data_request, interactive=asking)


def _run(todo: tuple[levels.Step, ...], place: Path, command: str) -> tuple[levels.Step, ...]:
    """Run the steps, and say what is left to do after them."""
    for step in todo:
        screens.running(steps.typed(command, step))
        steps.run(place, command, step)
    return (levels.Step("--help", "everything it can do"),)


@app.command()
def upgrade(
    path: Annotated[Path, typer.Argument(help="The project.")] = Path(),
    level: Annotated[
        str | None, level_option("0 to 4; left out: the same level, newest template.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, touch nothing.")] = False,
    abort: Annotated[bool, typer.Option("--abort", help="Bring the state before back.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before it is done.")] = False,
) -> None:
    """Raise or lower a project; its owner's edits are kept."""
    from ..upgrade import view as said

    place = path.expanduser().resolve()
    if abort:
        said.aborted(*upgrades.abort(place))
        return
    number = None if level is None else levels.level(level).number
    with upgrades.begun(place, dry_run) as (here, undone):
        if undone is not None:
            said.undone(undone)
        with plans.planned(here, place, number) as plan:
            said.preview(plan)
            status = ExitStatus.ATTENTION if plan.merged.conflicts else ExitStatus.SUCCESS
            if dry_run or not (yes or _agreed()):
                raise typer.Exit(status if dry_run else ExitStatus.SUCCESS)
            upgrades.carry_out(plan)
            said.staged(plan)
    raise typer.Exit(status)


def _agreed() -> bool:
    asking = sys.stdin.isatty() and sys.stdout.isatty()
    return not asking or typer.confirm("\nGo on?")


app.add_typer(data_commands.app)
app.add_typer(inspection.app)


def main() -> None:
    """Run it; what a person can put right is one sentence and status 2."""
    for stream in (sys.stdout, sys.stderr):  # a code page without an arrow is no reason to fail
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    for name in ("SIGTERM", "SIGHUP"):  # as Ctrl-C: what is half made is taken away
        if hasattr(signal, name):
            signal.signal(
                getattr(signal, name), lambda number, _: sys.exit(ExitStatus.SIGNALLED + number)
            )
    git.forget_caller()
    try:
        status = app(prog_name="mlops-init", standalone_mode=False)
        if status == 130:  # what Typer makes of Ctrl-C
            raise KeyboardInterrupt
        sys.exit(status)
    except RefusedError as error:
        _say(str(error), error.status)
    except (KeyboardInterrupt, typer.Abort):
        _say("Stopped.", ExitStatus.SIGNALLED + signal.SIGINT)
    except OSError as error:  # a full disk, a folder that may not be read
        _say(f"{error.filename or 'This machine'}: {error.strerror or error}.", ExitStatus.REFUSED)
    except Exception as error:
        said = getattr(error, "format_message", None)  # Typer's own: a wrong option or argument
        if said is None:
            raise
        _say(f"{said()} (mlops-init --help)", ExitStatus.REFUSED)


def _say(sentence: str, status: int) -> None:
    print(sentence, file=sys.stderr)
    sys.exit(status)
