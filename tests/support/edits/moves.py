"""Which of the owner's files git takes for moved, and where that carries the level's new files."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from mlops_init.upgrade.objects import ObjectStore

from .trees import named
from .work import Work

NOTHING = named("blob", b"")


@dataclass(frozen=True)
class Moves:
    """`files` and `folders` from old to new; where `new` files of the level go; ties."""

    files: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)
    new: Mapping[str, str] = field(default_factory=dict)
    undecided: frozenset[str] = frozenset()

    def places(self, path: str) -> list[str]:
        """Where a file would be if one of its folders had taken it along, the nearest first."""
        return [
            (self.folders[folder] + path.removeprefix(folder)).lstrip("/")
            for folder in _above(path)
            if folder in self.folders
        ]


def seen(store: ObjectStore, work: Work, made: str, mine: str) -> Moves:
    """Ask git which files moved, and apply what it documents of `merge.directoryRenames`.

    A file that the level adds below a folder that its owner moved away, all of it, goes along: to
    where most of its files went. Where none has most, it stays, and the owner is told.
    """
    records = iter(store.git_records("diff-tree", "-r", "-M", "--diff-filter=R", made, mine))
    files = {}
    for record in records:
        old, new = next(records), next(records)
        if record.split()[2] != NOTHING:  # an empty file is like any other
            files[old] = new
    goes, undecided = _folders(work, files)
    added = [path for path in work.new if path not in work.tree]
    asked = {folder for path in added for folder in _above(path)}
    moves = Moves(files, goes)
    wish = {path: to[0] for path in added if (to := moves.places(path))}
    # Nothing goes where the level has a file already, nor two things to one place.
    taken = {place for place, times in Counter(wish.values()).items() if times > 1}
    taken |= {*wish.values()} & work.wanted.keys()
    kept = {path: place for path, place in wish.items() if place not in taken}
    return replace(moves, new=kept, undecided=frozenset(undecided & asked | taken))


def _folders(work: Work, files: Mapping[str, str]) -> tuple[dict[str, str], set[str]]:
    """Where each folder went that is gone, and those that went to several places alike."""
    still = set(work.folders())
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for old, new in files.items():
        for source, target in _pairs(old, new):
            if source in still:
                break
            votes[source][target] += 1
    goes, undecided = {}, set()
    for source, count in votes.items():
        (target, most), *others = count.most_common()
        if others and others[0][1] == most:
            undecided.add(source)
        else:
            goes[source] = target
    return goes, undecided


def _pairs(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The folders that went with a file: its own, and those above while their names are equal."""
    source, target = PurePosixPath(old).parent, PurePosixPath(new).parent
    while source.name:
        yield str(source), "" if target == PurePosixPath() else str(target)
        if source.name != target.name:
            return
        source, target = source.parent, target.parent


def _above(path: str) -> list[str]:
    return [str(each) for each in PurePosixPath(path).parents][:-1]
