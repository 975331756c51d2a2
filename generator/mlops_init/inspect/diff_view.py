"""What changes between two levels, as a tree and as a patch."""

from ..template import levels
from ..template import render as projects
from ..ui import tree as trees
from ..ui.screens import commands, console
from .comparison import Change
from .diff import Difference

KINDS = {
    "A": ("+", "green", "added"),
    "M": ("~", "yellow", "changed"),
    "D": ("-", "red", "taken away"),
}


def tree(difference: Difference) -> None:
    """Every file that comes, changes or goes, and how many there are."""
    page, changes = console(), difference.comparison.changes
    before, after = difference.before, difference.after
    whose = difference.name if difference.project else "a fresh project"
    title = f"{whose}: level {before} → {after}, {levels.level(after).name}"
    page.print(title, style="bold", soft_wrap=True)
    page.print()
    page.print(trees.drawn({each.path: _leaf(each) for each in changes}), soft_wrap=True)
    page.print()
    kinds = [each.what for each in changes]
    counts = [f"{kinds.count(what)} {word} ({mark})" for what, (mark, _, word) in KINDS.items()]
    page.print(" · ".join(counts))
    page.print()
    commands(page, _next(difference))


def _leaf(change: Change) -> trees.Leaf:
    mark, style, _ = KINDS[change.what]
    return trees.Leaf(mark, lines(change), style)


def lines(change: Change) -> str:
    """How many lines came and went, as in +12 -3."""
    if change.added is None:
        return "binary"
    counts = (("+", change.added), ("-", change.taken))
    return " ".join(f"{sign}{count}" for sign, count in counts if count)


def _next(difference: Difference) -> list[tuple[str, str]]:
    before, after, place = difference.before, difference.after, difference.project
    rows = [(f"mlops-init diff {before} {after} --patch", "the same, line by line")]
    if place and difference.now == before:
        does = "raises" if after > before else "lowers"
        rows.append((projects.raising(place, after), f"{does} {difference.name}"))
    else:
        rows.append((f"mlops-init levels {max(before, after)}", "what it is for"))
    return rows
