"""Merges the changes of the template into the user's work, as git trees: no file is touched."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..git.run import GitError
from .folder_renames import (
    check_none_lost,
    create_markers,
    find_added_files,
    list_folders,
    remove_markers,
)
from .objects import ObjectStore, TreeEntry

ORIGINAL, YOURS = "as generated", "yours"


@dataclass(frozen=True)
class Conflict:
    """A path that both sides changed; stage 1 is the original, 2 is yours, 3 is the level's."""

    path: str
    stages: Mapping[int, TreeEntry]
    binary: bool = False


@dataclass(frozen=True)
class MergeResult:
    """The merged tree, its conflicts, and changed files that stay deleted by the user."""

    tree: str
    conflicts: tuple[Conflict, ...] = ()
    deleted: tuple[str, ...] = ()


def merge_trees(
    objects: ObjectStore, original: str, yours: str, level: str, label: str
) -> MergeResult:
    """Apply the changes from tree `original` to tree `level` to tree `yours`."""
    base = objects.git("commit-tree", original, "-m", "As generated")
    added = find_added_files(objects, original, level)
    markers = create_markers(objects, original, yours, added)
    marked = objects.edit_tree(level, markers) if markers else level
    ours, theirs = (
        objects.git("commit-tree", tree, "-p", base, "-m", name)
        for tree, name in ((yours, YOURS), (marked, label))
    )
    result = objects.attempt("merge-tree", "--write-tree", "-z", ours, theirs)
    if result.status not in (0, 1):
        raise GitError(result.error_message)
    tree, conflicts = _parse_output(result.out, added)
    names = {ours: YOURS, theirs: label, base: ORIGINAL}
    deleted = {each.path for each in conflicts if _stays_deleted(each, names)}
    unresolved = [each for each in conflicts if each.path not in deleted]
    if conflicts:
        tree, unresolved = _replace_commit_names(objects, tree, unresolved, deleted, names)
    if markers:
        staged = (object_ for each in conflicts for _, object_ in each.stages.values())
        check_none_lost(objects, added, tree, staged)
        tree = remove_markers(objects, tree)
    return MergeResult(tree, tuple(unresolved), tuple(sorted(deleted)))


def _stays_deleted(conflict: Conflict, names: Mapping[str, str]) -> bool:
    """Whether the user deleted the file, so that there is nothing to decide.

    If git put a commit name into the path, the user has something else there now.
    """
    return set(conflict.stages) == {1, 3} and _label(conflict.path, names) == conflict.path


def _parse_output(output: str, added: Iterable[str]) -> tuple[str, list[Conflict]]:
    entries, _, messages = output.partition("\0\0")
    tree, *lines = entries.rstrip("\0").split("\0")
    stages: dict[str, dict[int, TreeEntry]] = defaultdict(dict)
    for line in lines:
        meta, path = line.split("\t", 1)
        mode, object_, stage = meta.split()
        stages[path][int(stage)] = mode, object_
    binary = set()
    for kind, paths in _parse_messages(messages):
        if kind == "CONFLICT (binary)":
            binary.add(paths[0])
        elif _is_folder_conflict(kind, paths, added) and not stages.keys() & set(paths):
            stages[paths[0]] = {}
    return tree, [Conflict(path, stages[path], path in binary) for path in sorted(stages)]


def _is_folder_conflict(kind: str, paths: list[str], added: Iterable[str]) -> bool:
    """Whether git is unsure where new files belong, because the user moved their folder."""
    if kind == "CONFLICT(directory rename unclear split)":
        return paths[0] in list_folders(added)
    return kind.startswith("CONFLICT") and "directory rename" in kind


def _parse_messages(output: str) -> list[tuple[str, list[str]]]:
    """The kind and the paths of each message of git."""
    fields, messages = iter(output.split("\0")), []
    for count in fields:
        if count:
            paths = [next(fields) for _ in range(int(count))]
            messages.append((next(fields), paths))
            next(fields)  # the text for people
    return messages


def _replace_commit_names(
    objects: ObjectStore,
    tree: str,
    conflicts: list[Conflict],
    deleted: set[str],
    names: Mapping[str, str],
) -> tuple[str, list[Conflict]]:
    """Write `yours` and `level 3` where git wrote the names of commits."""
    entries: dict[str, TreeEntry | None] = dict.fromkeys(deleted)
    renamed = []
    for conflict in conflicts:
        path = _label(conflict.path, names)
        entry = _find_entry(objects, tree, conflict.path)
        if entry and (path != conflict.path or {2, 3} <= set(conflict.stages)):
            entries[conflict.path] = None
            entries[path] = entry[0], _label_markers(objects, entry[1], names)
        renamed.append(replace(conflict, path=path))
    return objects.edit_tree(tree, entries) if entries else tree, renamed


def _find_entry(objects: ObjectStore, tree: str, path: str) -> TreeEntry | None:
    for line in objects.git_records("ls-tree", tree, "--", path):
        mode, _, object_ = line.split("\t")[0].split()
        return mode, object_
    return None


def _label(text: str, names: Mapping[str, str]) -> str:
    for commit, label in names.items():
        text = text.replace(commit, label)
    return text


def _label_markers(objects: ObjectStore, blob: str, names: Mapping[str, str]) -> str:
    """Store a file again with labels in its conflict markers."""
    content = objects.attempt("cat-file", "blob", blob).raw
    for commit, label in names.items():
        short = f"{commit[:7]}[0-9a-f]*".encode()  # git shortens the name of the original
        content = re.sub(rb"(?m)^([<>|]{7,} )" + short, rb"\g<1>" + label.encode(), content)
    return objects.git("hash-object", "-w", "--stdin", stdin=content)
