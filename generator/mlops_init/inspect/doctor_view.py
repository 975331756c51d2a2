"""What this machine has and lacks, one line a tool."""

from collections.abc import Sequence

from ..ui.screens import commands, console, grid
from .doctor import Checked, every, working


def machine(tools: tuple[Checked, ...]) -> None:
    """Each tool and what it is for, which levels work, and what to do about the rest."""
    page = console()
    page.print(grid([("", "", "", "", "levels", "without it"), *map(_row, tools)]))
    page.print()
    page.print(_verdict(working(tools)), style="bold")
    if rows := [*map(_remedy, (each for each in tools if each.found and not each.fine))]:
        page.print()
        page.print(grid(rows))
    if working(tools):
        page.print()
        commands(page, [("mlops-init my-project", "makes a project")])


def _remedy(each: Checked) -> tuple[str, ...]:
    optional = "" if each.tool.needed else " (optional)"
    return "", f"{each.tool.name}{optional}", each.found.remedy if each.found else ""


def _row(each: Checked) -> tuple[str, ...]:
    tool, found = each.tool, each.found
    words = found.words if found else "not asked (--online)"
    state = "?" if found is None else "ok" if each.fine else "no"
    return "", state, tool.name, words, _needed(each), tool.lost


def _needed(each: Checked) -> str:
    return f"{every()[0]} to {every()[-1]}" if each.tool.needed else "none"


def _verdict(works: Sequence[int]) -> str:
    lost = [number for number in every() if number not in works]
    if not lost:
        return f"{_levels(works)} work on this machine."
    if not works:
        return "No level works on this machine yet."
    return f"{_levels(works)} can be used on this machine, {_levels(lost).lower()} not yet."


def _levels(numbers: Sequence[int]) -> str:
    one = len(numbers) == 1
    return f"Level {numbers[0]}" if one else f"Levels {numbers[0]} to {numbers[-1]}"
