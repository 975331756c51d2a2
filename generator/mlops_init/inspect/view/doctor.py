"""The screen of `mlops-init doctor`: one line per tool."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ...ui.console import create_console, format_grid, format_page, print_commands
from ..doctor import CheckResult, list_all_levels, list_usable_levels
from ..workflows import UnstartedWorkflow


def print_machine(results: tuple[CheckResult, ...]) -> None:
    """Print each tool, the levels that work, and what to do about the others."""
    console, usable = create_console(), list_usable_levels(results)
    head = ("", "", "", "", "levels", "without it")
    console.print(format_grid([head, *map(_format_row, results)]))
    console.print()
    console.print(_format_summary(usable), style="bold")
    if remedies := [row for each in results for row in _format_remedy(each)]:
        console.print()
        console.print(format_grid(remedies))
    if usable:
        console.print()
        print_commands(console, [("mlops-init my-project", "create a project")])


def print_unstarted(workflows: Sequence[UnstartedWorkflow]) -> None:
    """Print which workflows watch another branch than the default branch."""
    console = create_console()
    for each in workflows:
        watched, default = ", ".join(each.branches), each.default_branch
        console.print()
        console.print(
            format_page(
                f"{each.path} watches {watched}, but the default branch of this repository is "
                f"{default}, so no push to it starts the workflow: write {default} there."
            )
        )


def machine_as_json(
    results: tuple[CheckResult, ...], workflows: Sequence[UnstartedWorkflow]
) -> dict[str, Any]:
    """The checks, for `--json`; `ok` is null for a tool that was not checked."""
    return {
        "unstarted_workflows": [asdict(each) for each in workflows],
        "usable_levels": list_usable_levels(results),
        "tools": [
            {
                "name": each.tool.name,
                "required": each.tool.required,
                "ok": each.is_ok if each.finding else None,
                "found": each.finding.text if each.finding else None,
                "levels": each.finding.levels if each.finding else None,
                "remedy": each.finding.remedy if each.finding and not each.is_ok else None,
            }
            for each in results
        ],
    }


def _format_row(result: CheckResult) -> tuple[str, ...]:
    tool, finding = result.tool, result.finding
    text = finding.text if finding else "not checked (--online)"
    state = "?" if finding is None else "ok" if result.is_ok else "no"
    levels = list_all_levels()
    needed = f"{levels[0]} to {levels[-1]}" if tool.required else "none"
    return "", state, tool.name, text, needed, tool.missing


def _format_remedy(result: CheckResult) -> list[tuple[str, ...]]:
    if result.finding is None or result.is_ok:
        return []
    optional = "" if result.tool.required else " (optional)"
    return [("", f"{result.tool.name}{optional}", result.finding.remedy)]


def _format_summary(usable: Sequence[int]) -> str:
    unusable = [level for level in list_all_levels() if level not in usable]
    if not unusable:
        return f"{_format_levels(usable)} work on this machine."
    if not usable:
        return "No level works on this machine yet."
    return (
        f"{_format_levels(usable)} can be used on this machine, "
        f"{_format_levels(unusable).lower()} not yet."
    )


def _format_levels(levels: Sequence[int]) -> str:
    return f"Level {levels[0]}" if len(levels) == 1 else f"Levels {levels[0]} to {levels[-1]}"
