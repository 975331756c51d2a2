"""Merges random edits as mlops-init does, on real git objects, and checks the result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mlops_init.git.repository import Repository
from mlops_init.git.run import GitError, git
from mlops_init.upgrade.merge import MergeResult, merge_trees
from mlops_init.upgrade.objects import ObjectStore

from .cases import Case, Renders, minimize
from .checker import Outcome, blocks_a_moved_folder, find_problems
from .moves import Moves, find_moves
from .trees import File, Objects, load_objects, read_tree
from .work import Work

Merge = Callable[[ObjectStore, str, str, str, str], MergeResult]


@dataclass(frozen=True)
class MergeCheck:
    """The edits of a case, the outcome of the merge, and its problems."""

    case: Case
    work: Work
    moves: Moves
    outcome: Outcome | None  # None if the merge was refused
    problems: list[str]

    @property
    def touches_the_level(self) -> bool:
        """Whether the user changed a file that the level changes too."""
        return bool(self.work.user_paths & self.work.level_paths)

    @property
    def conflicts(self) -> int:
        """The number of listed conflicts."""
        return len(self.outcome.conflicts) if self.outcome else 0


@dataclass
class MergeRepository:
    """A repository with the projects of all levels as objects, for any number of merges."""

    renders: Renders
    store: ObjectStore
    objects: Objects
    trees: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, renders: Renders, folder: Path) -> "MergeRepository":
        """Create one in a folder."""
        top, scratch = folder / "top", folder / "scratch"
        top.mkdir()
        (scratch / "objects").mkdir(parents=True)
        git("init", "--quiet", cwd=top)
        # Here git reads which files are binary.
        (top / ".gitattributes").write_bytes(renders.levels[0][".gitattributes"].data)
        permanent = Objects(top / ".git" / "objects")
        repository = cls(
            renders,
            ObjectStore(Repository(top, top / ".git", permanent.folder), scratch),
            Objects(scratch / "objects", permanent.known, permanent.written),
        )
        for level, tree in renders.levels.items():
            repository.trees[level] = permanent.write_tree(tree)
        return repository

    def check_case(self, case: Case, merge: Merge = merge_trees) -> MergeCheck:
        """Make the edits of a case, merge them and check the outcome."""
        work = case.make_edits(self.renders)
        old, new = (self.trees[level] for level in case.levels)
        user = self.objects.write_tree(work.tree)
        moves = find_moves(self.store, work, old, user)
        try:
            outcome = self.outcome(merge(self.store, old, user, new, f"level {case.levels[1]}"))
        except GitError as error:
            problems = (
                [] if blocks_a_moved_folder(work, moves) else [f"refused without a reason: {error}"]
            )
            return MergeCheck(case, work, moves, None, problems)
        return MergeCheck(case, work, moves, outcome, find_problems(work, moves, outcome))

    def reproduce(self, check: MergeCheck, merge: Merge = merge_trees) -> str:
        """The shortest command that fails in the same way, and the problems that it finds."""
        complete = Case(check.case.seed, tuple(check.work.kinds))
        case = minimize(complete, lambda case: bool(self.check_case(case, merge).problems))
        return "\n    ".join((case.repeat_command, *self.check_case(case, merge).problems))

    def outcome(self, merged: MergeResult) -> Outcome:
        """The result of a merge, in memory."""
        known = self.objects.known
        tree = read_tree(self.store, merged.tree, known)
        entries = [entry for each in merged.conflicts for entry in each.stages.values()]
        load_objects(self.store, (name for _, name in entries), known)
        conflicts: Mapping[str, Mapping[int, File]] = {
            each.path: {
                number: File(known[name], mode) for number, (mode, name) in each.stages.items()
            }
            for each in merged.conflicts
        }
        return Outcome(tree, conflicts, frozenset(merged.deleted))
