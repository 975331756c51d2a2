"""The preview of an upgrade: what the level adds or removes, and the expected conflicts."""

from collections import Counter
from typing import Any

from packaging.requirements import Requirement
from rich.console import Console
from rich.text import Text

from ...git.changes import ChangeKind
from ...template.levels import Capability, Level, find_capability, find_level
from ...ui.console import create_console, format_grid, format_page
from ...ui.sub_folder import WORKFLOWS, explain_sub_folder
from ..plan import Plan
from .conflicts import conflict_instruction, print_conflicts

MAX_NAMES = 6  # of changed files on one line


def print_preview(plan: Plan) -> None:
    """Print what an upgrade will change."""
    console = create_console()
    console.print(_format_title(plan), style="bold", soft_wrap=True)
    for title, levels in (("adds", plan.added), ("removes", plan.removed)):
        if levels:
            console.print(title)
        for level in levels:
            if len(levels) > 1:
                console.print(Text(f"\nlevel {level.number}, {level.name}"), style="bold")
            _print_level(console, plan, level)
    console.print()
    console.print(_format_counts(plan), soft_wrap=True)
    pages = [path for path in plan.list_paths(ChangeKind.ADDED) if path.startswith("docs/")]
    if pages:
        console.print(format_page(f"new pages: {' '.join(pages)}"))
    for note in _list_notes(plan):
        console.print()
        console.print(format_page(note))
    print_conflicts(console, plan, "expected")


def preview_as_json(plan: Plan) -> dict[str, Any]:
    """What an upgrade will change, for `--dry-run --json`."""
    return {
        "project": plan.project_name,
        "old_level": plan.old_level,
        "new_level": plan.new_level,
        "newer_template": plan.has_newer_template,
        "capabilities": [
            {"name": capability.name, "level": level.number}
            for level in (*plan.added, *plan.removed)
            for capability in level.capabilities
        ],
        "files": {str(kind): plan.list_paths(kind) for kind in ChangeKind},
        "conflicts": [
            {
                "path": plan.path_in_project(conflict.path),
                "instruction": conflict_instruction(conflict),
            }
            for conflict in plan.merge.conflicts
        ],
        "package": plan.package,
        "stay_deleted": [plan.path_in_project(path) for path in plan.merge.deleted],
    }


def _format_title(plan: Plan) -> str:
    template = "a newer template" if plan.has_newer_template else ""
    if plan.old_level == plan.new_level:
        changes = ", ".join(filter(None, (plan.changed_options.lower(), template)))
        return f"{plan.project_name}: level {plan.new_level}, {changes}"
    title = f"level {plan.old_level} → {plan.new_level}, {find_level(plan.new_level).name}"
    return f"{plan.project_name}: {title}" + (f", and {template}" if template else "")


def _list_notes(plan: Plan) -> list[str]:
    """What a user should know who has renamed the package, or has a project in a sub-folder."""
    notes, recorded = [], plan.answers["package_name"]
    if plan.package is None:
        notes.append(
            f"src/{recorded} does not exist, and src/ contains no other package, or several: new "
            f"files import {recorded}. To change this, stop here, write the name of your package "
            "as package_name into .copier-answers.yml, and commit it."
        )
    elif plan.package != recorded:
        notes.append(
            f"You renamed the package {recorded} to {plan.package}: new files use this name, and "
            ".copier-answers.yml records it."
        )
    changed = plan.list_paths(ChangeKind.ADDED) + plan.list_paths(ChangeKind.CHANGED)
    if not plan.is_repository_top and any(path.startswith(WORKFLOWS) for path in changed):
        notes.append(explain_sub_folder(plan.folder))
    return notes


def _print_level(console: Console, plan: Plan, level: Level) -> None:
    """Print the clauses that a level fulfils, with the capabilities for each."""
    by_clause: dict[str, list[Capability]] = {}
    for capability in level.capabilities:
        by_clause.setdefault(capability.clause, []).append(capability)
    owners = (find_capability(plan.path_in_project(path)) for path in plan.template_changes)
    files = Counter(owner[1] for owner in owners if owner)
    for clause, capabilities in by_clause.items():
        console.print(Text(f"  {clause}"), style="italic", soft_wrap=True)
        rows = []
        for each in capabilities:
            rows.append(("", "", each.name, f"{files[each]} files", each.summary))
            if details := _format_details(each, plan.dependency_groups.get(each.name, ())):
                rows.append(("", "", "", "", details))
        console.print(format_grid(rows))


def _format_details(capability: Capability, dependencies: tuple[str, ...]) -> str:
    commands = " ".join(capability.commands)
    names = " ".join(Requirement(each).name for each in dependencies)
    parts = {"commands": commands, "dependencies": names}
    return " · ".join(f"{title} {text}" for title, text in parts.items() if text)


def _format_counts(plan: Plan) -> Text:
    parts = []
    for kind in ChangeKind:
        paths = plan.list_paths(kind)
        show_names = kind is ChangeKind.CHANGED and 0 < len(paths) <= MAX_NAMES
        names = f" ({', '.join(paths)})" if show_names else ""
        noun = "file" if len(paths) == 1 else "files"
        parts.append(f"{len(paths)} {noun} {kind}{names}")
    return Text(" · ".join(parts))
