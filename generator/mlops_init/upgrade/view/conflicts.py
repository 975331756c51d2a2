"""The list of conflicts, with what to do about each."""

from rich.console import Console
from rich.text import Text

from ...ui.console import print_commands
from ..merge import Conflict
from ..plan import Plan


def print_conflicts(console: Console, plan: Plan, state: str) -> None:
    """Print each conflict with its instruction, then the files that stay deleted."""
    conflicts = plan.merge.conflicts
    if conflicts:
        console.print()
        noun = "conflict" if len(conflicts) == 1 else "conflicts"
        console.print(f"{len(conflicts)} {noun} {state}:", style="yellow")
        rows = [(_format_path(each.path, plan), conflict_instruction(each)) for each in conflicts]
        print_commands(console, rows)
    if plan.merge.deleted:
        console.print()
        console.print("deleted by you, changed by the level; they stay deleted:", style="yellow")
        for path in plan.merge.deleted:
            console.print(Text(f"  {_format_path(path, plan)}"), soft_wrap=True)


def conflict_instruction(conflict: Conflict) -> str:
    """How to resolve a conflict."""
    stages = set(conflict.stages)
    if not stages:
        return "you moved this folder to several places: check where its new files are"
    if stages == {1, 2}:
        return "you changed it, the level removes it: git add keeps it, git rm deletes it"
    if stages in ({2}, {3}, {1, 3}):
        return "your file and the level's need the same path: git add one, git rm the other"
    if conflict.binary or not stages >= {2, 3}:
        return "your file is there: git add keeps it, git checkout --theirs takes the level's"
    return "your version and the level's differ: edit it, then git add"


def _format_path(path: str, plan: Plan) -> str:
    """A path on one line, whatever characters it contains."""
    path = plan.path_in_project(path)
    return path if path.isprintable() else repr(path)
