"""The screens of `mlops-init new`."""

import os
import shlex
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from textwrap import fill

from rich.text import Text

from ..project_commands import command_line, project_command
from ..template.levels import Step, levels_between
from ..ui.console import WIDTH, create_console, format_page, print_commands
from ..ui.levels import format_capabilities, format_levels
from ..ui.tree import Leaf, draw_tree
from .create import NewProject


def print_level_question(project_name: str) -> None:
    """Print the levels, before Copier asks for one."""
    console = create_console()
    question = f"Which level should {project_name} have? You can upgrade it at any time."
    console.print(question, soft_wrap=True)
    console.print()
    console.print(format_levels())
    console.print()


def print_created(project: NewProject) -> None:
    """Print the folders and the capabilities of a new project."""
    console, answers = create_console(), project.answers
    _print_title(project)
    console.print(Text(_count_files(project.files)))
    console.print()
    levels = levels_between(-1, answers["level"])
    console.print(format_capabilities(each for level in levels for each in level.capabilities))
    console.print()
    console.print(f"✓ {answers['project_name']} created{' and committed' * project.is_committed}")
    if project.is_in_repository:
        message = "  It is in an existing repository, so nothing was committed."
        if not project.is_repository_top:
            message += (
                " Git hosts only read workflows at the top of a repository, so the workflows in "
                "its folder .github do not run."
            )
        console.print(format_page(message))


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
