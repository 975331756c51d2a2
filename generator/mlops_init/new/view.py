"""The screens of `mlops-init new`."""

import itertools
import os
import shlex
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from textwrap import fill

import typer
from rich.text import Text

from ..data.decision import DataDecisions, summarize_decisions
from ..errors import RefusedError
from ..project_commands import command_line, project_command
from ..template.levels import Step, list_capabilities
from ..ui.console import WIDTH, create_console, format_grid, format_page, print_commands
from ..ui.levels import format_capabilities
from ..ui.sub_folder import WORKFLOWS, explain_sub_folder
from ..ui.tree import Leaf, draw_tree
from .create import NewProject
from .destination import check_destination, check_new_name
from .existing_files import format_names

PROPOSAL = "my-project"  # a folder
IN_REPOSITORY = "in an existing repository, so nothing "


def ask_for_folder(*, is_named: bool) -> Path:
    """Ask for a folder until it can hold a project, and name it unless the user has named it."""

    def check(text: str) -> Path:
        folder = Path(text).expanduser().resolve()
        try:
            check_destination(folder)
            if not is_named:
                check_new_name(folder)
        except RefusedError as error:
            raise typer.BadParameter(str(error)) from error
        return folder

    question = "Folder of the project"
    answer: Path = typer.prompt(question, default=_propose_folder(), value_proc=check)
    return answer


def _propose_folder() -> str:
    """This folder if it is a repository as a git host creates it, else a new one."""
    folders = {each.name for each in Path.cwd().iterdir() if each.is_dir()}
    if folders == {".git"}:
        return "."
    names = (f"{PROPOSAL}-{number}" for number in itertools.count(2))
    return next(name for name in itertools.chain([PROPOSAL], names) if not os.path.lexists(name))


def ask_for_data() -> str:
    """Ask for the path or the address of the user's data; an empty answer means later."""
    import questionary
    from prompt_toolkit.completion import PathCompleter

    question = "Which file, folder or URL? (Enter: later, in conf/data.yml)"
    # `questionary.path` would normalise the two slashes of a URL.
    prompt = questionary.text(question, qmark="", completer=PathCompleter(expanduser=True))
    return str(prompt.unsafe_ask()).strip()


def confirm(project: NewProject) -> bool:
    """Ask for the confirmation before anything is written."""
    return typer.confirm(f"Create {project.answers['project_name']}?", default=True)


def print_not_created() -> None:
    """Print that the user has not confirmed."""
    create_console().print("Nothing was written.")


def print_problem(error: RefusedError) -> None:
    """Print why an answer is not possible, before the question is asked again."""
    create_console().print(Text(f"✗ {error}"), style="yellow", soft_wrap=True)


def print_preview(project: NewProject, destination: Path, data: DataDecisions | None) -> None:
    """Print what will be created and where, before the confirmation."""
    console = create_console()
    console.print()
    _print_content(project)
    console.print()
    rows = [("folder", _describe_folder(destination))]
    if data:
        rows.append(("data", summarize_decisions(data)))
    elif project.answers["example"] == "none":
        rows.append(("data", "none yet: declare it in conf/data.yml"))
    else:
        rows.append(("data", f"the example {project.answers['example']}"))
    rows.append(("git", _describe_git(project)))
    console.print(format_grid(("", *row) for row in rows))
    _print_notes(project)
    console.print()


def print_created(project: NewProject, *, is_previewed: bool) -> None:
    """Print that a project exists, and its content unless the preview has shown it."""
    console, answers = create_console(), project.answers
    if not is_previewed:
        _print_content(project)
        console.print()
    console.print(f"✓ {answers['project_name']} created{' and committed' * project.is_committed}")
    if is_previewed:
        return
    if project.is_in_repository:
        console.print(format_page(f"  It is {IN_REPOSITORY}was committed."))
    _print_notes(project)


def _print_content(project: NewProject) -> None:
    """Print the folders and the capabilities of a project."""
    console = create_console()
    _print_title(project)
    console.print(Text(_count_files(project.files)))
    console.print()
    console.print(format_capabilities(list_capabilities(project.answers)))


def _describe_folder(destination: Path) -> str:
    """The path from the current folder, if it is below it."""
    folder = os.path.relpath(destination)
    if folder == ".":
        return "this one"
    return str(destination) if folder.startswith(os.pardir) else folder


def _describe_git(project: NewProject) -> str:
    if project.is_in_repository:
        return f"{IN_REPOSITORY}is committed"
    branch = project.answers["branch"]
    return f"a new repository, committed to {branch}" if project.is_committed else "no repository"


def _print_notes(project: NewProject) -> None:
    """Print what is unusual about the folder of a project."""
    console, notes = create_console(), []
    if project.combined:
        names = " and ".join(project.combined)
        notes.append(f"{names} existed: your text stays, and the text of the project follows it.")
    if project.ignored:
        paths = format_names(shlex.quote(each.path) for each in project.ignored)
        rules = format_names(sorted({each.rule for each in project.ignored}))
        pronoun = "it" if len(project.ignored) == 1 else "them"
        notes.append(
            f"git ignores {paths}, so a clone would lack {pronoun}. Change the rule ({rules}), or "
            f"add {pronoun} with git add --force."
        )
    is_in_sub_folder = project.is_in_repository and project.folder_in_repository != "."
    if is_in_sub_folder and any(path.startswith(WORKFLOWS) for path in project.files):
        notes.append(explain_sub_folder(project.folder_in_repository))
    for note in notes:
        console.print()
        console.print(format_page(note))


def print_dry_run(project: NewProject, steps: Iterable[Step]) -> None:
    """Print the files that would be created, and the steps that would run."""
    console = create_console()
    _print_title(project)
    console.print()
    console.print(draw_tree(dict.fromkeys(project.files, Leaf())), soft_wrap=True)
    console.print()
    if rows := _list_commands(project, steps):
        console.print("then runs")
        print_commands(console, rows)
        console.print()
    effect = "create and commit" if project.is_committed else "create"
    console.print(f"Nothing was written. Leave out --dry-run to {effect} the project.")


def print_next_steps(
    destination: Path, project: NewProject, steps: Iterable[Step], is_declared: bool
) -> None:
    """Print the next commands, for a new shell."""
    console = create_console()
    console.print()
    folder = os.path.relpath(destination)
    rows = [] if folder == "." else [(f"cd {shlex.quote(folder)}", "")]
    if project.is_in_repository:
        rows.append(("git add . && git commit", "commit the project"))
    if project.answers["example"] == "none" and not is_declared:
        rows.append(("conf/data.yml", "declare your data here first"))
    print_commands(console, [*rows, *_list_commands(project, steps)])


def print_running(command: str) -> None:
    """Print a command before it runs."""
    create_console().print(f"\n$ {command}", style="bold", soft_wrap=True)
    sys.stdout.flush()  # before the output of the command


def _print_title(project: NewProject) -> None:
    name, level = project.answers["project_name"], project.answers["level"]
    title = f"{name} · level {level} · {len(project.files)} files"
    create_console().print(title, style="bold")


def _count_files(files: Iterable[str]) -> str:
    """The number of files in each top folder, as in `src 12, tests 5, 7 more`."""
    counts = Counter(path.split("/")[0] if "/" in path else "" for path in files)
    at_top = counts.pop("")
    folders = [f"{folder} {count}" for folder, count in sorted(counts.items())]
    text = ", ".join([*folders, f"{at_top} more"])
    return fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _list_commands(project: NewProject, steps: Iterable[Step]) -> list[tuple[str, str]]:
    command = project_command(project.answers)
    return [(command_line(command, step), step.result) for step in steps]
