"""An owner's work, merged by the real merge on git's real objects, and the verdict on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mlops_init.git.repository import Repository
from mlops_init.git.run import GitError, git
from mlops_init.upgrade.merge import MergeResult, merge_trees
from mlops_init.upgrade.objects import ObjectStore

from .cases import Case, Renders, shrunk
from .checker import Outcome, in_the_way, problems
from .moves import Moves, seen
from .trees import File, Objects, load, read
from .work import Work

Merge = Callable[[ObjectStore, str, str, str, str], MergeResult]


@dataclass(frozen=True)
class Verdict:
    """What an owner did, what came of it, and what of that is wrong."""

    case: Case
    work: Work
    moves: Moves
    outcome: Outcome | None  # none where it was refused
    wrong: list[str]

    @property
    def touches_the_level(self) -> bool:
        """Whether a file is changed that the level changes too."""
        return bool(self.work.touched & self.work.level)

    @property
    def conflicts(self) -> int:
        """How many things are listed to settle."""
        return len(self.outcome.conflicts) if self.outcome else 0


@dataclass
class Bench:
    """A repository that renders lie in as objects, to merge in as often as one likes."""

    renders: Renders
    store: ObjectStore
    objects: Objects
    trees: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, renders: Renders, folder: Path) -> "Bench":
        """Make one in a folder."""
        top, scratch = folder / "top", folder / "scratch"
        top.mkdir()
        (scratch / "objects").mkdir(parents=True)
        git("init", "--quiet", cwd=top)
        # Where git looks for what is binary.
        (top / ".gitattributes").write_bytes(renders.levels[0][".gitattributes"].data)
        kept = Objects(top / ".git" / "objects")
        bench = cls(
            renders,
            ObjectStore(Repository(top, top / ".git", kept.folder), scratch),
            Objects(scratch / "objects", kept.known, kept.written),
        )
        for level, tree in renders.levels.items():
            bench.trees[level] = kept.tree(tree)
        return bench

    def judged(self, case: Case, how: Merge = merge_trees) -> Verdict:
        """Do an owner's work, merge it and check what came of it."""
        work = case.done(self.renders)
        old, new = (self.trees[level] for level in case.levels)
        mine = self.objects.tree(work.tree)
        moves = seen(self.store, work, old, mine)
        try:
            outcome = self.outcome(how(self.store, old, mine, new, f"level {case.levels[1]}"))
        except GitError as error:
            wrong = [] if in_the_way(work, moves) else [f"refused for nothing: {error}"]
            return Verdict(case, work, moves, None, wrong)
        return Verdict(case, work, moves, outcome, problems(work, moves, outcome))

    def reproduced(self, verdict: Verdict, how: Merge = merge_trees) -> str:
        """The shortest line that fails the same way, and what is wrong then."""
        drawn = Case(verdict.case.seed, tuple(verdict.work.kinds))
        case = shrunk(drawn, lambda case: bool(self.judged(case, how).wrong))
        return "\n    ".join((case.again, *self.judged(case, how).wrong))

    def outcome(self, merged: MergeResult) -> Outcome:
        """What a merge made, in memory."""
        known = self.objects.known
        tree = read(self.store, merged.tree, known)
        entries = [entry for each in merged.conflicts for entry in each.stages.values()]
        load(self.store, (name for _, name in entries), known)
        conflicts: Mapping[str, Mapping[int, File]] = {
            each.path: {
                number: File(known[name], mode) for number, (mode, name) in each.stages.items()
            }
            for each in merged.conflicts
        }
        return Outcome(tree, conflicts, frozenset(merged.deleted))
