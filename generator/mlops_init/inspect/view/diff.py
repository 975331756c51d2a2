"""The screen of `mlops-init diff`: a tree of the files that differ."""

from ...git.changes import ChangeKind
from ...project_commands import upgrade_command
from ...template.levels import find_level
from ...ui.console import create_console, print_commands
from ...ui.tree import Leaf, draw_tree
from ..comparison import Change
from ..diff import Difference

MARKS = {
    ChangeKind.ADDED: ("+", "green"),
    ChangeKind.CHANGED: ("~", "yellow"),
    ChangeKind.DELETED: ("-", "red"),
}


def print_diff(difference: Difference) -> None:
    """Print the files that differ, and how many there are."""
    console, changes = create_console(), difference.comparison.changes
    old_level, new_level = difference.old_level, difference.new_level
    name = difference.answers["project_name"] if difference.project else "a new project"
    title = f"{name}: level {old_level} → {new_level}, {find_level(new_level).name}"
    console.print(title, style="bold", soft_wrap=True)
    console.print()
    console.print(draw_tree({each.path: _format_leaf(each) for each in changes}), soft_wrap=True)
    console.print()
    kinds = [each.kind for each in changes]
    counts = [f"{kinds.count(kind)} {kind} ({mark})" for kind, (mark, _) in MARKS.items()]
    console.print(" · ".join(counts))
    console.print()
    print_commands(console, _next_commands(difference))


def count_lines(change: Change) -> str:
    """How many lines were added and deleted, as in +12 -3."""
    if change.added_lines is None:
        return "binary"
    counts = (("+", change.added_lines), ("-", change.deleted_lines))
    return " ".join(f"{sign}{count}" for sign, count in counts if count)


def _format_leaf(change: Change) -> Leaf:
    mark, style = MARKS[change.kind]
    return Leaf(mark, count_lines(change), style)


def _next_commands(difference: Difference) -> list[tuple[str, str]]:
    old_level, new_level = difference.old_level, difference.new_level
    rows = [(f"mlops-init diff {old_level} {new_level} --patch", "the same, line by line")]
    if difference.project and difference.current_level == old_level:
        action = "upgrade" if new_level > old_level else "lower"
        command = upgrade_command(difference.project, new_level)
        rows.append((command, f"{action} {difference.answers['project_name']}"))
    else:
        level = max(old_level, new_level)
        rows.append((f"mlops-init levels {level}", f"what level {level} adds"))
    return rows
