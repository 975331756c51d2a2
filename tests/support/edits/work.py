"""What an owner does to a project between two levels, in memory."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from random import Random

from .trees import FILE, File, Tree

SETTINGS = "pyproject.toml"
PACKAGE = "src/churn"
# The upgrade reads what it was made from there, and says so in its first line.
NOT_THEIRS = ".copier-answers.yml"


@dataclass(frozen=True)
class Tools:
    """What the tools of an owner made of a fresh project: file by file, or of its settings."""

    reformatted: Mapping[str, bytes] = field(default_factory=dict)
    with_dependency: tuple[bytes, ...] = ()


@dataclass
class Work:
    """A project as it was made, as the level wants it, and as its owner has it now."""

    made: Tree
    wanted: Tree
    tools: Tools = field(default_factory=Tools)
    tree: Tree = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)  # of the edits that changed something

    def __post_init__(self) -> None:
        self.tree = self.tree or dict(self.made)

    @property
    def level(self) -> set[str]:
        """The paths that the level changes."""
        both = self.made.keys() | self.wanted.keys()
        return {path for path in both if self.made.get(path) != self.wanted.get(path)}

    @property
    def new(self) -> list[str]:
        """The paths at which the level has a file that was not there."""
        return sorted(self.wanted.keys() - self.made.keys())

    @property
    def touched(self) -> set[str]:
        """The paths that the owner changed."""
        both = self.made.keys() | self.tree.keys()
        return {path for path in both if self.made.get(path) != self.tree.get(path)}

    def files(self, *, untouched: bool = False, text: bool = False, level: bool = False) -> Tree:
        """Files that an owner may work on."""
        changed = self.level
        return {
            path: file
            for path, file in self.tree.items()
            if path != NOT_THEIRS
            and (not untouched or self.made.get(path) == file)
            and (not text or (file.is_text and not path.endswith(".ipynb")))
            and (not level or path in changed)
        }

    def folders(self, *, below: str = "") -> list[str]:
        """Folders with a file somewhere below them."""
        found = {str(each) for path in self.tree for each in PurePosixPath(path).parents}
        return sorted(each for each in found - {"."} if each.startswith(below))

    def below(self, folder: str) -> list[str]:
        """The files in a folder, however deep."""
        return [path for path in self.tree if path.startswith(f"{folder}/")]

    def is_free(self, path: str) -> bool:
        """Whether a file can be put there."""
        above = {str(each) for each in PurePosixPath(path).parents}
        return path not in self.tree and not self.below(path) and not above & self.tree.keys()

    def write(self, path: str, data: bytes, mode: str = "") -> None:
        """Put a file where there is one, or where one can be."""
        if path in self.tree or self.is_free(path):
            old = self.tree.get(path)
            self.tree[path] = File(data, mode or (old.mode if old else FILE))

    def set_lines(self, path: str, lines: Iterable[bytes]) -> None:
        """Give a file other lines."""
        self.write(path, b"\n".join(lines))

    def move(self, old: str, new: str) -> None:
        """Take a file elsewhere, if there is room for it."""
        if self.is_free(new):
            self.tree[new] = self.tree.pop(old)

    def move_folder(self, old: str, new: str) -> None:
        """Take all of a folder elsewhere."""
        for path in self.below(old):
            self.move(path, new + path.removeprefix(old))

    def hunks(self, path: str) -> list[tuple[int, int]]:
        """Where in a file the level changes lines, in the lines as they are now."""
        now = self.tree[path].words
        if path not in self.wanted or path not in self.made:
            return [(0, len(now))]
        made, wanted = set(self.made[path].words), set(self.wanted[path].words)
        matcher = SequenceMatcher(None, now, self.wanted[path].words, autojunk=False)
        return [
            (start, end)
            for what, start, end, first, last in matcher.get_opcodes()
            if what != "equal"
            and (
                not made.issuperset(self.wanted[path].words[first:last])
                or not wanted.issuperset(made.intersection(now[start:end]))
            )
        ]

    def mend_imports(self, old: str, new: str) -> None:
        """Make what imported a module import it by its new name."""
        line = re.compile(rb"(?m)^(\s*(?:from|import)\s.*?(?<=[.\s]))" + old.encode() + rb"\b")
        for path, file in self.files(text=True).items():
            if path.endswith(".py"):
                self.write(path, line.sub(rb"\g<1>" + new.encode(), file.data))


def pick(rng: Random, among: Iterable[str]) -> str | None:
    """One of them, the same for the same seed; none where there is none."""
    listed = sorted(among)
    return rng.choice(listed) if listed else None
