"""Merges what a template changes into an owner's work: trees in, a tree out, no file touched."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from .git import NOBODY, Done, GitError, attempt, git, paths, said
from .repository import Repository

YOURS = "yours"
ENTRY = tuple[str, str]  # a mode and an object


@dataclass(frozen=True)
class Conflict:
    """A path that both sides changed; `stages` are 1 as it was made, 2 yours, 3 the level's."""

    path: str
    stages: Mapping[int, ENTRY]
    binary: bool = False


@dataclass(frozen=True)
class Merged:
    """A tree with both sides' work, what is left to settle, and what its owner had deleted."""

    tree: str
    conflicts: tuple[Conflict, ...] = ()
    deleted: tuple[str, ...] = ()


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


def merge(store: Store, made: str, yours: str, wanted: str, label: str) -> Merged:
    """Carry what changes from tree `made` to tree `wanted` over to tree `yours`."""
    base = store.git("commit-tree", made, "-m", "As it was made")
    ours, theirs = (
        store.git("commit-tree", tree, "-p", base, "-m", name)
        for tree, name in ((yours, YOURS), (wanted, label))
    )
    done = store.attempt("merge-tree", "--write-tree", "-z", ours, theirs)
    if done.status not in (0, 1):
        raise GitError(said(done))
    tree, conflicts = _read(done.out)
    # What its owner deleted stays deleted: that is no question to ask.
    deleted = {each.path for each in conflicts if set(each.stages) == {1, 3}}
    left = [each for each in conflicts if each.path not in deleted]
    if conflicts:
        names = {ours: YOURS, theirs: label, base: "as it was made"}
        tree, left = _named(store, tree, left, deleted, names)
    return Merged(tree, tuple(left), tuple(sorted(deleted)))


@dataclass(frozen=True)
class Touch:
    """What becomes of a path: A, M or D, and the object that comes to lie there."""

    what: str
    name: str


def touched(store: Store, old: str, new: str) -> dict[str, Touch]:
    """Each path that differs between two trees."""
    fields = store.git("diff-tree", "-r", "-z", "--no-renames", old, new).split("\0")
    found = {}
    for meta, path in zip(fields[::2], fields[1::2], strict=False):
        name, what = meta.split()[3:]
        found[path] = Touch("M" if what == "T" else what, name)
    return found


def _read(printed: str) -> tuple[str, list[Conflict]]:
    entries, _, messages = printed.partition("\0\0")
    tree, *lines = entries.rstrip("\0").split("\0")
    stages: dict[str, dict[int, ENTRY]] = defaultdict(dict)
    for line in lines:
        meta, path = line.split("\t", 1)
        mode, name, stage = meta.split()
        stages[path][int(stage)] = mode, name
    binary = set()
    for kind, path in _messages(messages):
        if kind == "CONFLICT (binary)":
            binary.add(path)
        elif kind.startswith("CONFLICT (dir"):  # has no stages, but an owner has to know
            stages[path] |= {}
    return tree, [Conflict(path, stages[path], path in binary) for path in sorted(stages)]


def _messages(printed: str) -> list[tuple[str, str]]:
    """(kind, first path) of each thing that git has to say."""
    words, found = iter(printed.split("\0")), []
    for count in words:
        if count:
            named = [next(words) for _ in range(int(count))]
            found.append((next(words), named[0]))
            next(words)
    return found


def _named(
    store: Store, tree: str, conflicts: list[Conflict], deleted: set[str], names: Mapping[str, str]
) -> tuple[str, list[Conflict]]:
    """Say `yours` and `level 3` where git wrote the names of commits."""
    changes: dict[str, ENTRY | None] = dict.fromkeys(deleted)
    renamed = []
    for conflict in conflicts:
        path = _spoken(conflict.path, names)
        entry = _entry(store, tree, conflict.path)
        if entry and (path != conflict.path or {2, 3} <= set(conflict.stages)):
            changes[conflict.path] = None
            changes[path] = entry[0], _spoken_blob(store, entry[1], names)
        renamed.append(replace(conflict, path=path))
    return store.edit(tree, changes) if changes else tree, renamed


def _entry(store: Store, tree: str, path: str) -> ENTRY | None:
    found = paths(
        "ls-tree", tree, "--", path, cwd=store.repository.top, environment=store.environment
    )
    return tuple(found[0].split("\t")[0].split()[::2]) if found else None  # type: ignore[return-value]


def _spoken(text: str, names: Mapping[str, str]) -> str:
    for name, spoken in names.items():
        text = text.replace(name, spoken)
    return text


def _spoken_blob(store: Store, name: str, names: Mapping[str, str]) -> str:
    content = store.attempt("cat-file", "blob", name).raw
    for long, spoken in names.items():
        short = f"{long[:7]}[0-9a-f]*".encode()  # git shortens the name of what both came from
        content = re.sub(rb"(?m)^([<>|]{7,} )" + short, rb"\g<1>" + spoken.encode(), content)
    return store.git("hash-object", "-w", "--stdin", given=content)
