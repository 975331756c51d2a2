"""A real repository with random edits, which the command line upgrades."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mlops_init.git.repository import find_repository
from mlops_init.git.run import attempt
from mlops_init.upgrade.objects import ObjectStore

from .cases import Case, Renders
from .checker import Outcome
from .moves import Moves, find_moves
from .trees import File, Tree, load_objects, read_folder, read_tree, write_folder
from .work import Work

STAY = "deleted by you, changed by the level; they stay deleted:\n"


def format_path(path: str) -> str:
    """A path as mlops-init prints it."""
    return path if path.isprintable() else repr(path)


def listed_conflicts(printed: str, paths: Iterable[str]) -> set[str]:
    """The paths that are listed as conflicts."""
    lines = printed.partition(" to resolve:\n")[2].partition("\n\n")[0].splitlines()
    return {
        path
        for path in paths
        for line in lines
        if line == f"  {format_path(path)}".rstrip() or line.startswith(f"  {format_path(path)}  ")
    }


@dataclass
class ProjectRepository:
    """A project in a repository; its last commit contains the edits."""

    folder: Path
    scratch: Path

    @property
    def store(self) -> ObjectStore:
        """The objects of the repository."""
        return ObjectStore(find_repository(self.folder), self.scratch)

    def run(self, *words: str) -> bytes:
        """Run git."""
        done = attempt(*words, cwd=self.folder)
        assert done.status == 0, f"git {' '.join(words)}: {done.err}"
        return done.raw

    def commit_edits(self, case: Case, renders: Renders) -> tuple[Work, Moves]:
        """Make the edits, commit them, and read them back as git keeps them."""
        work = case.make_edits(renders)
        if case.seed % 2:  # otherwise git converts line endings
            (self.folder / ".git/info/attributes").write_text("* -text\n")
        write_folder(work.tree, self.folder, work.generated)
        self.run("add", "--all", "--force")
        self.run("commit", "--quiet", "--message", "Mine")
        work.tree = read_tree(self.store, "HEAD", {})
        return work, find_moves(self.store, work, "HEAD~1", "HEAD")

    def state(self) -> tuple[Tree, bytes, bytes]:
        """Everything that an upgrade may change and an undo must restore."""
        status = self.run("status", "--porcelain", "--ignored")
        return read_folder(self.folder), status, self.run("ls-files", "--stage", "-z")

    def index(self) -> dict[str, dict[int, File]]:
        """The index, by path and stage; stage 0 means no conflict."""
        entries = []
        for line in self.run("ls-files", "--stage", "-z").split(b"\0")[:-1]:
            meta, place = line.split(b"\t", 1)
            entries.append((os.fsdecode(place), *meta.decode().split()))
        known: dict[str, bytes] = {}
        load_objects(self.store, (name for _, _, name, _ in entries), known)
        found: dict[str, dict[int, File]] = {path: {} for path, *_ in entries}
        for path, mode, name, stage in entries:
            found[path][int(stage)] = File(known[name], mode)
        return found

    def outcome(self, printed: str, work: Work, moves: Moves) -> Outcome:
        """The index, and the files on disk of paths in conflict."""
        index, files = self.index(), read_folder(self.folder)
        conflicts = {path: stages for path, stages in index.items() if 0 not in stages}
        tree = {path: stages[0] for path, stages in index.items() if 0 in stages}
        tree |= {path: files[path] for path in conflicts if path in files}
        for folder in listed_conflicts(printed, moves.undecided):  # these have no stages
            conflicts.setdefault(folder, {})
        _, _, stay = printed.partition(STAY)
        lines = stay.partition("\n\n")[0].splitlines()
        deleted = frozenset(path for path in work.generated if f"  {format_path(path)}" in lines)
        assert len(deleted) == len(lines)
        return Outcome(tree, conflicts, deleted)
