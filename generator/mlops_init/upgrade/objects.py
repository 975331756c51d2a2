"""Git objects in a temporary folder, which the repository does not see."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..git.changes import ChangeKind
from ..git.commits import FALLBACK_IDENTITY
from ..git.repository import Repository
from ..git.run import GitResult, attempt, git, git_records

TreeEntry = tuple[str, str]  # a mode and an object
KINDS = {
    "A": ChangeKind.ADDED,
    "D": ChangeKind.DELETED,
    "M": ChangeKind.CHANGED,
    "T": ChangeKind.CHANGED,  # for example, a file became a link
}


@dataclass(frozen=True)
class ObjectStore:
    """Writes objects into a temporary folder; reads them from there and from the repository."""

    repository: Repository
    folder: Path

    @cached_property
    def environment(self) -> dict[str, str]:
        """The variables that make git use this store."""
        (self.folder / "objects").mkdir(exist_ok=True)
        alternate = str(self.repository.objects).replace("\\", "\\\\").replace('"', '\\"')
        return FALLBACK_IDENTITY | {
            "GIT_OBJECT_DIRECTORY": str(self.folder / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{alternate}"',
            "GIT_INDEX_FILE": str(self.folder / "index"),
        }

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run git with this store and return its output."""
        return git(*arguments, cwd=self.repository.top, environment=self.environment, stdin=stdin)

    def git_records(self, *arguments: str) -> list[str]:
        """Run git with this store and return its records, for example paths."""
        return git_records(*arguments, cwd=self.repository.top, environment=self.environment)

    def attempt(self, *arguments: str) -> GitResult:
        """Run git with this store and return its result."""
        return attempt(*arguments, cwd=self.repository.top, environment=self.environment)

    def add_folder(self, folder: Path) -> str:
        """Store the files of a folder as a tree, with the settings of the repository."""
        (self.folder / "index").unlink(missing_ok=True)
        places = {"GIT_DIR": str(self.repository.git_dir), "GIT_WORK_TREE": str(folder)}
        file_mode = f"core.fileMode={str(os.name != 'nt').lower()}"
        # A sparse checkout leaves files out of the user's work tree, never out of this one.
        settings = ("-c", file_mode, "-c", "core.sparseCheckout=false")
        words = (*settings, "add", "--all", "--force", ".")
        git(*words, cwd=folder, environment=self.environment | places)
        return self.git("write-tree")

    def edit_tree(self, tree: str, entries: Mapping[str, TreeEntry | None]) -> str:
        """Create a tree in which some paths have another entry, or none."""
        self.git("read-tree", tree)
        lines = [
            f"{entry[0]} {entry[1]}\t{path}" if entry else f"0 {'0' * len(tree)}\t{path}"
            for path, entry in entries.items()
        ]
        self.git("update-index", "-z", "--index-info", stdin=join_records(lines))
        return self.git("write-tree")


def join_records(records: Iterable[str]) -> bytes:
    """Records as git reads them with -z."""
    return b"".join(record.encode("utf-8", "surrogateescape") + b"\0" for record in records)


@dataclass(frozen=True)
class TreeChange:
    """How a path differs between two trees, with its new mode and object."""

    kind: ChangeKind
    mode: str
    object: str


def diff_trees(objects: ObjectStore, old: str, new: str) -> dict[str, TreeChange]:
    """The change of each path that differs between two trees."""
    fields = objects.git("diff-tree", "-r", "-z", "--no-renames", old, new).split("\0")
    changes = {}
    for meta, path in zip(fields[::2], fields[1::2], strict=False):
        _, mode, _, new_object, letter = meta.split()
        changes[path] = TreeChange(KINDS[letter], mode, new_object)
    return changes
