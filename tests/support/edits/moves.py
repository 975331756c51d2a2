"""Files and folders that the user moved, and where the new files of the level go."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from mlops_init.upgrade.objects import ObjectStore

from .trees import object_name
from .work import Work

NOTHING = object_name("blob", b"")


@dataclass(frozen=True)
class Moves:
    """`files` and `folders` map old to new paths, `new` maps the new files of the level."""

    files: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)
    new: Mapping[str, str] = field(default_factory=dict)
    undecided: frozenset[str] = frozenset()

    def possible_paths(self, path: str) -> list[str]:
        """The paths of a file if it moves with one of its folders, the nearest first."""
        return [
            (self.folders[folder] + path.removeprefix(folder)).lstrip("/")
            for folder in _parent_folders(path)
            if folder in self.folders
        ]


def find_moves(store: ObjectStore, work: Work, made: str, mine: str) -> Moves:
    """Ask git which files moved, and apply what it documents of `merge.directoryRenames`.

    A new file of the level moves with its folder if the user moved all of that folder: to where
    most of its files went. If no target has most of them, the file stays, and is listed.
    """
    records = iter(store.git_records("diff-tree", "-r", "-M", "--diff-filter=R", made, mine))
    files = {}
    for record in records:
        old, new = next(records), next(records)
        if record.split()[2] != NOTHING:  # all empty files are equal
            files[old] = new
    targets, undecided = _folders(work, files)
    added = [path for path in work.new_paths if path not in work.tree]
    asked = {folder for path in added for folder in _parent_folders(path)}
    moves = Moves(files, targets)
    targets_of_new = {path: to[0] for path in added if (to := moves.possible_paths(path))}
    # No file goes to the path of another one.
    taken = {place for place, times in Counter(targets_of_new.values()).items() if times > 1}
    taken |= {*targets_of_new.values()} & work.target.keys()
    kept = {path: place for path, place in targets_of_new.items() if place not in taken}
    return replace(moves, new=kept, undecided=frozenset(undecided & asked | taken))


def _folders(work: Work, files: Mapping[str, str]) -> tuple[dict[str, str], set[str]]:
    """The target of each moved folder, and the folders that were split evenly."""
    still = set(work.folders())
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for old, new in files.items():
        for source, target in _moved_folders(old, new):
            if source in still:
                break
            votes[source][target] += 1
    targets, undecided = {}, set()
    for source, count in votes.items():
        (target, most), *others = count.most_common()
        if others and others[0][1] == most:
            undecided.add(source)
        else:
            targets[source] = target
    return targets, undecided


def _moved_folders(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The folders that moved with a file: its own, and the parents with equal names."""
    source, target = PurePosixPath(old).parent, PurePosixPath(new).parent
    while source.name:
        yield str(source), "" if target == PurePosixPath() else str(target)
        if source.name != target.name:
            return
        source, target = source.parent, target.parent


def _parent_folders(path: str) -> list[str]:
    return [str(each) for each in PurePosixPath(path).parents][:-1]
