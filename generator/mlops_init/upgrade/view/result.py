"""The result of an upgrade or of `--abort`, and the next commands."""

import os
import shlex
from collections.abc import Iterable
from pathlib import Path

from rich.text import Text

from ...git.changes import ChangeKind
from ...project_commands import command_line, installed_command, use_own_data, uv_program
from ...template.levels import find_level
from ...ui.console import create_console, format_page, print_commands
from ..plan import Plan
from .conflicts import print_conflicts


def print_result(plan: Plan) -> None:
    """Print what is staged, and the next commands."""
    console = create_console()
    console.print()
    console.print("Staged; nothing is committed yet.", style="bold")
    print_conflicts(console, plan, "to resolve")
    console.print()
    folder = os.path.relpath(plan.project)
    argument = "" if folder == "." else f" {shlex.quote(folder)}"
    rows = [("git diff --staged", "show all changes")]
    if plan.dependency_groups and plan.has_committed_lock:
        rows.append((f"{shlex.quote(uv_program())} lock && git add uv.lock", "update your lock"))
    if plan.merge.conflicts:
        rows.append(("git status", "show unresolved conflicts"))
    if plan.has_own_format and plan.list_paths(ChangeKind.ADDED):
        command = f"{shlex.quote(uv_program())} run ruff format && git add --update"
        rows.append((command, "format new files with your settings"))
    rows.append(("git commit", "keep the upgrade (the message is prepared)"))
    rows.append((f"mlops-init upgrade{argument} --abort", "undo the upgrade"))
    print_commands(console, rows)
    if plan.added:
        _print_new_commands(plan)


def _print_new_commands(plan: Plan) -> None:
    console = create_console()
    capabilities = [each for level in plan.added for each in level.capabilities]
    commands = " ".join(command for each in capabilities for command in each.commands)
    console.print()
    console.print(format_page(f"new commands: {commands}"))
    if plan.new_level == plan.old_level:
        return
    command = installed_command(plan.project, plan.new_answers)
    steps = find_level(plan.new_level).steps
    if plan.answers["example"] == "none":
        steps = use_own_data(steps)
    print_commands(console, [(command_line(command, step), step.result) for step in steps])


def print_aborted(project: Path, backups: Iterable[Path]) -> None:
    """Print that the state before the upgrade is restored."""
    console = create_console()
    console.print(f"{project.name} is as it was before the upgrade.", soft_wrap=True)
    _print_backups(backups)


def print_undone(backups: Iterable[Path]) -> None:
    """Print that an upgrade that was killed has been undone first."""
    create_console().print("An upgrade that was killed has been undone first.\n")
    _print_backups(backups)


def _print_backups(backups: Iterable[Path]) -> None:
    """Print where files are that the user has changed since the upgrade."""
    console, paths = create_console(), [*backups]
    if paths:
        console.print("Files that you changed since then are in:")
    for path in paths:
        console.print(Text(f"  {path}"), soft_wrap=True)
