"""An owner's work in a real repository, upgraded by the command line."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mlops_init.git.repository import find_repository
from mlops_init.git.run import attempt
from mlops_init.upgrade.objects import ObjectStore

from .cases import Case, Renders
from .checker import Outcome
from .moves import Moves, seen
from .trees import File, Tree, lay_out, load, on_disk, read
from .work import Work

STAY = "deleted by you, changed by the level; they stay deleted:\n"


def shown(path: str) -> str:
    """A path as it is printed."""
    return path if path.isprintable() else repr(path)


def listed(printed: str, paths: Iterable[str]) -> set[str]:
    """Those of the paths that are listed as conflicts."""
    lines = printed.partition(" to resolve:\n")[2].partition("\n\n")[0].splitlines()
    return {
        path
        for path in paths
        for line in lines
        if line == f"  {shown(path)}".rstrip() or line.startswith(f"  {shown(path)}  ")
    }


@dataclass
class Place:
    """A project in a repository, with its owner's work in its last commit."""

    folder: Path
    scratch: Path

    @property
    def store(self) -> ObjectStore:
        """What reads the repository."""
        return ObjectStore(find_repository(self.folder), self.scratch)

    def run(self, *words: str) -> bytes:
        """Run git as the owner does."""
        done = attempt(*words, cwd=self.folder)
        assert done.status == 0, f"git {' '.join(words)}: {done.err}"
        return done.raw

    def settled(self, case: Case, renders: Renders) -> tuple[Work, Moves]:
        """Do the work and commit it; what git keeps of it is what counts."""
        work = case.done(renders)
        if case.seed % 2:  # or git ends all lines its own way
            (self.folder / ".git/info/attributes").write_text("* -text\n")
        lay_out(work.tree, self.folder, work.made)
        self.run("add", "--all", "--force")
        self.run("commit", "--quiet", "--message", "Mine")
        work.tree = read(self.store, "HEAD", {})
        return work, seen(self.store, work, "HEAD~1", "HEAD")

    def state(self) -> tuple[Tree, bytes, bytes]:
        """All that an upgrade may change and has to give back."""
        status = self.run("status", "--porcelain", "--ignored")
        return on_disk(self.folder), status, self.run("ls-files", "--stage", "-z")

    def index(self) -> dict[str, dict[int, File]]:
        """What the index has, by path and stage: 0 where all is settled."""
        entries = []
        for line in self.run("ls-files", "--stage", "-z").split(b"\0")[:-1]:
            meta, place = line.split(b"\t", 1)
            entries.append((os.fsdecode(place), *meta.decode().split()))
        known: dict[str, bytes] = {}
        load(self.store, (name for _, _, name, _ in entries), known)
        found: dict[str, dict[int, File]] = {path: {} for path, *_ in entries}
        for path, mode, name, stage in entries:
            found[path][int(stage)] = File(known[name], mode)
        return found

    def outcome(self, printed: str, work: Work, moves: Moves) -> Outcome:
        """What lies in the index, and on the disk where that has conflicts."""
        index, there = self.index(), on_disk(self.folder)
        conflicts = {path: stages for path, stages in index.items() if 0 not in stages}
        tree = {path: stages[0] for path, stages in index.items() if 0 in stages}
        tree |= {path: there[path] for path in conflicts if path in there}
        for folder in listed(printed, moves.undecided):  # these have no stages
            conflicts.setdefault(folder, {})
        _, _, stay = printed.partition(STAY)
        lines = stay.partition("\n\n")[0].splitlines()
        deleted = frozenset(path for path in work.made if f"  {shown(path)}" in lines)
        assert len(deleted) == len(lines)
        return Outcome(tree, conflicts, deleted)
