"""Merges what a template changes into an owner's work: trees in, a tree out, no file touched."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..git.run import GitError, said
from .folder_renames import above, added, check_none_lost, marks, without_marks
from .objects import ENTRY, Store

YOURS = "yours"


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


def merge(store: Store, made: str, yours: str, wanted: str, label: str) -> Merged:
    """Carry what changes from tree `made` to tree `wanted` over to tree `yours`."""
    base = store.git("commit-tree", made, "-m", "As it was made")
    new = added(store, made, wanted)
    followers = marks(store, made, yours, new)
    marked = store.edit(wanted, followers) if followers else wanted
    ours, theirs = (
        store.git("commit-tree", tree, "-p", base, "-m", name)
        for tree, name in ((yours, YOURS), (marked, label))
    )
    done = store.attempt("merge-tree", "--write-tree", "-z", ours, theirs)
    if done.status not in (0, 1):
        raise GitError(said(done))
    tree, conflicts = _read(done.out, new)
    names = {ours: YOURS, theirs: label, base: "as it was made"}
    deleted = {each.path for each in conflicts if _stays_deleted(each, names)}
    left = [each for each in conflicts if each.path not in deleted]
    if conflicts:
        tree, left = _named(store, tree, left, deleted, names)
    if followers:
        staged = (name for each in conflicts for _, name in each.stages.values())
        check_none_lost(store, new, tree, staged)
        tree = without_marks(store, tree)
    return Merged(tree, tuple(left), tuple(sorted(deleted)))


def _stays_deleted(conflict: Conflict, names: Mapping[str, str]) -> bool:
    """What its owner deleted stays deleted: that is no question to ask.

    A path with the name of a commit only made way for what its owner has there now.
    """
    return set(conflict.stages) == {1, 3} and _spoken(conflict.path, names) == conflict.path


def _read(printed: str, new: Iterable[str]) -> tuple[str, list[Conflict]]:
    entries, _, messages = printed.partition("\0\0")
    tree, *lines = entries.rstrip("\0").split("\0")
    stages: dict[str, dict[int, ENTRY]] = defaultdict(dict)
    for line in lines:
        meta, path = line.split("\t", 1)
        mode, name, stage = meta.split()
        stages[path][int(stage)] = mode, name
    binary = set()
    for kind, named in _messages(messages):
        if kind == "CONFLICT (binary)":
            binary.add(named[0])
        elif _unstaged(kind, named, new) and not stages.keys() & set(named):
            stages[named[0]] = {}
    return tree, [Conflict(path, stages[path], path in binary) for path in sorted(stages)]


def _unstaged(kind: str, named: list[str], new: Iterable[str]) -> bool:
    """Whether it has no stages and an owner has to know: where the level's new files went."""
    if kind == "CONFLICT(directory rename unclear split)":
        return named[0] in above(new)
    return kind.startswith("CONFLICT") and "directory rename" in kind


def _messages(printed: str) -> list[tuple[str, list[str]]]:
    """(kind, paths) of each thing that git has to say."""
    words, found = iter(printed.split("\0")), []
    for count in words:
        if count:
            named = [next(words) for _ in range(int(count))]
            found.append((next(words), named))
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
    found = store.paths("ls-tree", tree, "--", path)
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
