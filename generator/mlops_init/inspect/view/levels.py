"""The screens of `mlops-init levels`: all levels, or what one level adds."""

from dataclasses import asdict
from typing import Any

from ...template.levels import Level, load_levels
from ...ui.console import create_console, format_grid, format_page
from ...ui.levels import format_capabilities, format_levels


def print_levels() -> None:
    """Print all levels, with one line each."""
    console = create_console()
    console.print(format_levels())
    console.print()
    console.print("mlops-init levels 2         what a level adds, and when to choose it")
    console.print("mlops-init churn --level 2  create a project of that level in the folder churn")


def print_level(level: Level) -> None:
    """Print what a level adds to the level below, and when to choose it."""
    console = create_console()
    title = f"Level {level.number}, {level.name}: {level.summary}"
    console.print(format_page(title), style="bold")
    console.print(format_page(f"Choose it when {level.when}."))
    console.print()
    console.print(format_grid(("", "•", clause) for clause in level.clauses))
    console.print()
    console.print("adds" if level.number > load_levels()[0].number else "has")
    console.print(format_capabilities(each for each in level.capabilities if not each.optional))
    if optional := [each for each in level.capabilities if each.optional]:
        console.print("optional, with --with NAME")
        console.print(format_capabilities(optional))
    console.print()
    console.print(f"mlops-init churn --level {level.number}", soft_wrap=True)


def level_as_json(level: Level) -> dict[str, Any]:
    """A level, for `--json`."""
    fields = asdict(level)
    return {"level": fields.pop("number"), **fields}
