"""Draws paths as a tree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Union

from rich.text import Text


@dataclass(frozen=True)
class Leaf:
    """What stands at a path: its mark in the margin, a note behind its name, their style."""

    mark: str = ""
    note: str = ""
    style: str = ""


Branch = dict[str, Union["Branch", Leaf]]


def drawn(leaves: Mapping[str, Leaf]) -> Text:
    """One line a file or folder, marks in the margin where there are any."""
    root: Branch = {}
    for path, leaf in sorted(leaves.items()):
        *folders, name = path.removesuffix("/").split("/")
        branch = root
        for folder in folders:  # with its slash: a file of the same name is another thing
            below = branch.setdefault(f"{folder}/", {})
            assert isinstance(below, dict)
            branch = below
        branch[name + "/" * path.endswith("/")] = leaf
    margin = max((len(leaf.mark) for leaf in leaves.values()), default=0)
    return Text("\n").join(_lines(root, "", margin + 1 if margin else 0))


def _lines(branch: Branch, guides: str, margin: int) -> Iterator[Text]:
    for position, (name, below) in enumerate(branch.items()):
        last = position == len(branch) - 1
        shown = guides + ("└── " if last else "├── ")
        if isinstance(below, Leaf):
            style = below.style
            note = f"  {below.note}" if below.note else ""
            yield Text.assemble((f"{below.mark:<{margin}}", style), shown, (name, style), note)
            continue
        while len(below) == 1:  # a folder that holds just a folder shares its line
            (inner, deeper), *_ = below.items()
            if isinstance(deeper, Leaf):
                break
            name, below = name + inner, deeper
        yield Text(" " * margin + shown + name)
        yield from _lines(below, guides + ("    " if last else "│   "), margin)
