"""Merges that break a promise on purpose. The checker must find each of them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random

from mlops_init.upgrade.merge import MergeResult, merge_trees
from mlops_init.upgrade.objects import ObjectStore, TreeEntry

from .checker import Outcome
from .repository import Merge, MergeRepository
from .trees import FILE, PROGRAM, File
from .work import Work, pick

Changes = dict[str, File | None]
Change = Callable[[Random, Work, Outcome], Changes]


def _paths_of_user_files(work: Work, outcome: Outcome, paths: Iterable[str]) -> list[str]:
    """The paths with the file of the user and without a conflict."""
    return [
        path
        for path in paths
        if path in outcome.tree
        and path not in outcome.conflicts
        and outcome.tree[path] == work.tree.get(path)
    ]


def drops_an_edit(rng: Random, work: Work, outcome: Outcome) -> Changes:
    """Revert a change of the user."""
    path = pick(rng, _paths_of_user_files(work, outcome, work.user_paths & work.generated.keys()))
    return {path: work.generated[path]} if path else {}


def drops_a_file(rng: Random, work: Work, outcome: Outcome) -> Changes:
    """Delete a file that the user added."""
    path = pick(rng, _paths_of_user_files(work, outcome, work.tree.keys() - work.generated.keys()))
    return {path: None} if path else {}


def drops_a_line(rng: Random, work: Work, outcome: Outcome) -> Changes:
    """Delete a line of a file that both sides changed."""
    both = work.user_paths & work.level_paths & outcome.tree.keys() - outcome.conflicts.keys()
    path = pick(rng, (path for path in both if outcome.tree[path].is_text))
    if not path:
        return {}
    lines = [*outcome.tree[path].lines]
    del lines[rng.randrange(len(lines) - 1)]
    return {path: File(b"\n".join(lines), outcome.tree[path].mode)}


def resurrects_a_file(rng: Random, work: Work, outcome: Outcome) -> Changes:
    """Restore a file that the user deleted or moved."""
    path = pick(rng, work.generated.keys() - work.tree.keys() - outcome.tree.keys())
    above = {path[:at] for at, letter in enumerate(path or "") if letter == "/"} if path else set()
    taken = any(each.startswith(f"{path}/") for each in outcome.tree) or above & outcome.tree.keys()
    return {path: work.generated[path]} if path and not taken else {}


def drops_what_the_level_brings(rng: Random, work: Work, outcome: Outcome) -> Changes:
    """Delete a new file of the level."""
    new = (path for path in work.new_paths if path not in work.tree and path in outcome.tree)
    path = pick(rng, new)
    return {path: None} if path else {}


def misplaces_what_the_level_brings(rng: Random, work: Work, outcome: Outcome) -> Changes:
    """Move a new file of the level to another folder."""
    new = (path for path in work.new_paths if path not in work.tree and path in outcome.tree)
    path = pick(rng, new)
    return {path: None, f"astray/{path}": outcome.tree[path]} if path else {}


def loses_a_mode(rng: Random, work: Work, outcome: Outcome) -> Changes:
    """Remove an executable bit."""
    path = pick(rng, (path for path, file in outcome.tree.items() if file.mode == PROGRAM))
    return {path: File(outcome.tree[path].data, FILE)} if path else {}


def adds_a_file(_: Random, __: Work, outcome: Outcome) -> Changes:
    """Add a file that comes from no side."""
    return {".mlops-init-follow-0": File(b"")}


CHANGES: dict[str, Change] = {
    each.__name__.replace("_", "-"): each
    for each in (
        drops_an_edit,
        drops_a_file,
        drops_a_line,
        resurrects_a_file,
        drops_what_the_level_brings,
        misplaces_what_the_level_brings,
        loses_a_mode,
        adds_a_file,
    )
}


def break_merge(repository: MergeRepository, work: Work, change: Change, seed: int) -> Merge:
    """The real merge, with a change of its result."""

    def broken_merge(
        store: ObjectStore, made: str, mine: str, wanted: str, label: str
    ) -> MergeResult:
        merged = merge_trees(store, made, mine, wanted, label)
        changes = change(Random(seed), work, repository.outcome(merged))
        entries: dict[str, TreeEntry | None] = {
            path: (file.mode, repository.objects.write_object("blob", file.data)) if file else None
            for path, file in changes.items()
        }
        return replace(merged, tree=store.edit_tree(merged.tree, entries)) if changes else merged

    return broken_merge


def hide_conflict(number: int) -> Merge:
    """The real merge, without one of its conflicts or deleted files in the list."""

    def silent_merge(
        store: ObjectStore, made: str, mine: str, wanted: str, label: str
    ) -> MergeResult:
        merged = merge_trees(store, made, mine, wanted, label)
        if number < len(merged.conflicts):
            kept = merged.conflicts[:number] + merged.conflicts[number + 1 :]
            return replace(merged, conflicts=kept)
        return replace(merged, deleted=merged.deleted[1:])

    return silent_merge
