"""Makes git carry the level's new folders along with a folder that its owner moved."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from ..git.run import GitError
from .objects import ENTRY, Store

MARK = ".mlops-init-follow"  # names no file that anybody has


def added(store: Store, made: str, wanted: str) -> dict[str, str]:
    """The object of each file that the level adds."""
    fields = store.paths("diff-tree", "-r", "-M", "--diff-filter=A", made, wanted)
    return {path: meta.split()[3] for meta, path in zip(fields[::2], fields[1::2], strict=True)}


def above(paths: Iterable[str]) -> set[str]:
    """The folders that files lie in, however deep."""
    return {str(each) for path in paths for each in PurePosixPath(path).parents}


def marks(store: Store, made: str, yours: str, added: Mapping[str, str]) -> dict[str, ENTRY | None]:
    """A file in each folder that is gone and that the level adds to.

    git carries a new file along with a folder that its owner moved, but a new folder only where a
    new file lies beside it. The names differ: two folders may have become one.
    """
    folders = ("ls-tree", "-r", "-d", "--name-only")
    before, now = (set(store.paths(*folders, tree)) for tree in (made, yours))
    grown = sorted((before - now) & above(added))
    if not grown:
        return {}
    blob = store.git("hash-object", "-w", "--stdin", given=MARK.encode())
    return {f"{each}/{MARK}-{number}": ("100644", blob) for number, each in enumerate(grown)}


def check_none_lost(
    store: Store, added: Mapping[str, str], tree: str, staged: Iterable[str]
) -> None:
    """Refuse what git 2.39 does: a file in the way of a folder that is carried along ends it."""
    there = {line.split("\t")[0].split()[2] for line in store.paths("ls-tree", "-r", tree)}
    there.update(staged)
    lost = [path for path, name in added.items() if name not in there]
    if lost:
        raise GitError(f"a file of yours is where the folder of {lost[0]} would go: move it away.")


def without_marks(store: Store, tree: str) -> str:
    """The tree without the files that were to go along, wherever they went."""
    found = store.paths("ls-tree", "-r", "--name-only", tree)
    return store.edit(tree, {path: None for path in found if f"/{MARK}-" in f"/{path}"})
