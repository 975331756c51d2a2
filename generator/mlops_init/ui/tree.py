"""Draws paths as a tree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Union

from rich.text import Text

from ..one_line import escape


@dataclass(frozen=True)
class Leaf:
    """A file in the tree: a mark in the margin, a note after its name, and their style."""

    mark: str = ""
    note: str = ""
    style: str = ""


Branch = dict[str, Union["Branch", Leaf]]


def draw_tree(leaves: Mapping[str, Leaf]) -> Text:
    """Draw one line per file or folder, with marks in the margin if there are any."""
    root: Branch = {}
    for path, leaf in sorted(leaves.items()):
        *folders, name = path.removesuffix("/").split("/")
        branch = root
        for folder in folders:  # the slash distinguishes a folder from a file of the same name
            child = branch.setdefault(f"{folder}/", {})
            assert isinstance(child, dict)
            branch = child
        branch[name + "/" * path.endswith("/")] = leaf
    margin = max((len(leaf.mark) for leaf in leaves.values()), default=0)
    return Text("\n").join(_draw_lines(root, "", margin + 1 if margin else 0))


def _draw_lines(branch: Branch, guides: str, margin: int) -> Iterator[Text]:
    for position, (name, child) in enumerate(branch.items()):
        is_last = position == len(branch) - 1
        line = guides + ("└── " if is_last else "├── ")
        if isinstance(child, Leaf):
            note = f"  {child.note}" if child.note else ""
            mark = (f"{child.mark:<{margin}}", child.style)
            yield Text.assemble(mark, line, (escape(name), child.style), note)
            continue
        while len(child) == 1:  # a folder that only contains a folder shares its line
            (inner_name, grandchild), *_ = child.items()
            if isinstance(grandchild, Leaf):
                break
            name, child = name + inner_name, grandchild
        yield Text(" " * margin + line + escape(name))
        yield from _draw_lines(child, guides + ("    " if is_last else "│   "), margin)
