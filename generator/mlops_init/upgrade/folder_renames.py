"""Makes git move a level's new folders along with a folder that the user has moved.

If a folder was moved, git also moves new files into it, but not new folders without a new file
next to them. So a temporary marker file is added to each moved folder before the merge.
"""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from ..git.run import GitError
from .objects import ObjectStore, TreeEntry

MARKER = ".mlops-init-follow"  # a name that no real file has


def find_added_files(objects: ObjectStore, original: str, level: str) -> dict[str, str]:
    """The path and the object of each file that the level adds."""
    words = ("diff-tree", "-r", "-M", "--diff-filter=A", original, level)
    fields = objects.git_records(*words)
    return {path: meta.split()[3] for meta, path in zip(fields[::2], fields[1::2], strict=True)}


def list_folders(paths: Iterable[str]) -> set[str]:
    """All folders above the paths."""
    return {str(folder) for path in paths for folder in PurePosixPath(path).parents}


def create_markers(
    objects: ObjectStore, original: str, yours: str, added: Mapping[str, str]
) -> dict[str, TreeEntry | None]:
    """A marker for each folder that the user moved or deleted and the level adds files to.

    The names of the markers differ, because the user may have merged two folders into one.
    """
    words = ("ls-tree", "-r", "-d", "--name-only")
    before, now = (set(objects.git_records(*words, tree)) for tree in (original, yours))
    folders = sorted((before - now) & list_folders(added))
    if not folders:
        return {}
    blob = objects.git("hash-object", "-w", "--stdin", stdin=MARKER.encode())
    return {
        f"{folder}/{MARKER}-{number}": ("100644", blob) for number, folder in enumerate(folders)
    }


def check_none_lost(
    objects: ObjectStore, added: Mapping[str, str], tree: str, staged: Iterable[str]
) -> None:
    """Refuse a merge in which git 2.39 drops files, because a user's file blocks their folder."""
    lines = objects.git_records("ls-tree", "-r", tree)
    present = {line.split("\t")[0].split()[2] for line in lines} | {*staged}
    lost = [path for path, object_ in added.items() if object_ not in present]
    if lost:
        raise GitError(f"your file is where the folder of {lost[0]} would go: move it away.")


def remove_markers(objects: ObjectStore, tree: str) -> str:
    """The tree without the markers, wherever git has moved them."""
    paths = objects.git_records("ls-tree", "-r", "--name-only", tree)
    return objects.edit_tree(tree, {path: None for path in paths if f"/{MARKER}-" in f"/{path}"})
