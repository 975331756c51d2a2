"""The work of a user on a project between two levels, in memory."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from random import Random

from .trees import FILE, File, Tree

SETTINGS = "pyproject.toml"
PACKAGE = "src/churn"
# The upgrade reads from it how the project was generated; its first line forbids edits.
ANSWERS_FILE = ".copier-answers.yml"


@dataclass(frozen=True)
class Tools:
    """Files of a new project as the tools of a user change them."""

    reformatted: Mapping[str, bytes] = field(default_factory=dict)
    with_dependency: tuple[bytes, ...] = ()


@dataclass
class Work:
    """A project as generated, as the target level generates it, and as the user has it now."""

    generated: Tree
    target: Tree
    tools: Tools = field(default_factory=Tools)
    tree: Tree = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)  # of the edits that changed something

    def __post_init__(self) -> None:
        self.tree = self.tree or dict(self.generated)

    @property
    def level_paths(self) -> set[str]:
        """The paths that the level changes."""
        both = self.generated.keys() | self.target.keys()
        return {path for path in both if self.generated.get(path) != self.target.get(path)}

    @property
    def new_paths(self) -> list[str]:
        """The paths of the files that the level adds."""
        return sorted(self.target.keys() - self.generated.keys())

    @property
    def user_paths(self) -> set[str]:
        """The paths that the user changed."""
        both = self.generated.keys() | self.tree.keys()
        return {path for path in both if self.generated.get(path) != self.tree.get(path)}

    def files(self, *, untouched: bool = False, text: bool = False, level: bool = False) -> Tree:
        """Files that a user may edit."""
        changed = self.level_paths
        return {
            path: file
            for path, file in self.tree.items()
            if path != ANSWERS_FILE
            and (not untouched or self.generated.get(path) == file)
            and (not text or (file.is_text and not path.endswith(".ipynb")))
            and (not level or path in changed)
        }

    def folders(self, *, below: str = "") -> list[str]:
        """Folders with a file somewhere below them."""
        found = {str(each) for path in self.tree for each in PurePosixPath(path).parents}
        return sorted(each for each in found - {"."} if each.startswith(below))

    def below(self, folder: str) -> list[str]:
        """All files below a folder."""
        return [path for path in self.tree if path.startswith(f"{folder}/")]

    def is_free(self, path: str) -> bool:
        """Whether a file can be created there."""
        above = {str(each) for each in PurePosixPath(path).parents}
        return path not in self.tree and not self.below(path) and not above & self.tree.keys()

    def write(self, path: str, data: bytes, mode: str = "") -> None:
        """Replace or create a file, if that is possible."""
        if path in self.tree or self.is_free(path):
            old = self.tree.get(path)
            self.tree[path] = File(data, mode or (old.mode if old else FILE))

    def set_lines(self, path: str, lines: Iterable[bytes]) -> None:
        """Replace the lines of a file."""
        self.write(path, b"\n".join(lines))

    def move(self, old: str, new: str) -> None:
        """Move a file, if the new path is free."""
        if self.is_free(new):
            self.tree[new] = self.tree.pop(old)

    def move_folder(self, old: str, new: str) -> None:
        """Move all files of a folder."""
        for path in self.below(old):
            self.move(path, new + path.removeprefix(old))

    def hunks(self, path: str) -> list[tuple[int, int]]:
        """The ranges of lines that the level changes, in the lines as they are now."""
        now = self.tree[path].lines
        if path not in self.target or path not in self.generated:
            return [(0, len(now))]
        made, wanted = set(self.generated[path].lines), set(self.target[path].lines)
        matcher = SequenceMatcher(None, now, self.target[path].lines, autojunk=False)
        return [
            (start, end)
            for what, start, end, first, last in matcher.get_opcodes()
            if what != "equal"
            and (
                not made.issuperset(self.target[path].lines[first:last])
                or not wanted.issuperset(made.intersection(now[start:end]))
            )
        ]

    def update_imports(self, old: str, new: str) -> None:
        """Rename a module in all import statements."""
        line = re.compile(rb"(?m)^(\s*(?:from|import)\s.*?(?<=[.\s]))" + old.encode() + rb"\b")
        for path, file in self.files(text=True).items():
            if path.endswith(".py"):
                self.write(path, line.sub(rb"\g<1>" + new.encode(), file.data))


def pick(rng: Random, among: Iterable[str]) -> str | None:
    """A random one, or None if there is none."""
    listed = sorted(among)
    return rng.choice(listed) if listed else None
