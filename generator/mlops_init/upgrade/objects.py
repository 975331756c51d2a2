"""Objects of git beside those of a repository, which does not see them."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..git.repository import Repository
from ..git.run import NOBODY, Done, attempt, git, paths

ENTRY = tuple[str, str]  # a mode and an object


@dataclass(frozen=True)
class Store:
    """Objects that the repository does not see, beside those that it has."""

    repository: Repository
    scratch: Path

    @cached_property
    def environment(self) -> dict[str, str]:
        """What makes git write here, and read there as well."""
        (self.scratch / "objects").mkdir(exist_ok=True)
        alternate = str(self.repository.objects).replace("\\", "\\\\").replace('"', '\\"')
        return NOBODY | {
            "GIT_OBJECT_DIRECTORY": str(self.scratch / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{alternate}"',
            "GIT_INDEX_FILE": str(self.scratch / "index"),
        }

    def git(self, *words: str, given: bytes = b"") -> str:
        """What git answers when it works here."""
        return git(*words, cwd=self.repository.top, environment=self.environment, given=given)

    def paths(self, *words: str) -> list[str]:
        """The paths, or the records, that git answers when it works here."""
        return paths(*words, cwd=self.repository.top, environment=self.environment)

    def attempt(self, *words: str) -> Done:
        """Run git here and say how it ended."""
        return attempt(*words, cwd=self.repository.top, environment=self.environment)

    def add(self, folder: Path) -> str:
        """Store the files of a folder, with the repository's own settings, as a tree."""
        (self.scratch / "index").unlink(missing_ok=True)
        there = {"GIT_DIR": str(self.repository.git_dir), "GIT_WORK_TREE": str(folder)}
        modes = ("-c", f"core.fileMode={str(os.name != 'nt').lower()}")
        words = (*modes, "add", "--all", "--force", ".")
        git(*words, cwd=folder, environment=self.environment | there)
        return self.git("write-tree")

    def edit(self, tree: str, changes: Mapping[str, ENTRY | None]) -> str:
        """A tree with other entries at some paths, or none."""
        self.git("read-tree", tree)
        lines = [
            f"{entry[0]} {entry[1]}\t{path}" if entry else f"0 {'0' * len(tree)}\t{path}"
            for path, entry in changes.items()
        ]
        self.git("update-index", "-z", "--index-info", given=joined(lines))
        return self.git("write-tree")


def joined(lines: Iterable[str]) -> bytes:
    """Lines as git reads them with -z."""
    return b"".join(line.encode("utf-8", "surrogateescape") + b"\0" for line in lines)


@dataclass(frozen=True)
class Touch:
    """What becomes of a path: A, M or D, and the mode and the object that come to lie there."""

    what: str
    mode: str
    name: str


def touched(store: Store, old: str, new: str) -> dict[str, Touch]:
    """Each path that differs between two trees."""
    fields = store.git("diff-tree", "-r", "-z", "--no-renames", old, new).split("\0")
    found = {}
    for meta, path in zip(fields[::2], fields[1::2], strict=False):
        _, mode, _, name, what = meta.split()
        found[path] = Touch("M" if what == "T" else what, mode, name)
    return found
