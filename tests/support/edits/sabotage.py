"""Merges that break a promise on purpose: whoever checks merges has to notice each of them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random

from mlops_init.upgrade.merge import MergeResult, merge_trees
from mlops_init.upgrade.objects import ObjectStore, TreeEntry

from .checker import Outcome
from .merging import Bench, Merge
from .trees import FILE, PROGRAM, File
from .work import Work, pick

Changes = dict[str, File | None]
Change = Callable[[Random, Work, Outcome], Changes]


def _settled(work: Work, outcome: Outcome, paths: Iterable[str]) -> list[str]:
    """Those of the paths at which the owner's own file lies, and no conflict."""
    return [
        path
        for path in paths
        if path in outcome.tree
        and path not in outcome.conflicts
        and outcome.tree[path] == work.tree.get(path)
    ]


def drops_an_edit(rng: Random, work: Work, outcome: Outcome) -> Changes:
    """What the owner changed is as it was made."""
    path = pick(rng, _settled(work, outcome, work.touched & work.made.keys()))
    return {path: work.made[path]} if path else {}


def drops_a_file(rng: Random, work: Work, outcome: Outcome) -> Changes:
    """What the owner added is gone."""
    path = pick(rng, _settled(work, outcome, work.tree.keys() - work.made.keys()))
    return {path: None} if path else {}


def drops_a_line(rng: Random, work: Work, outcome: Outcome) -> Changes:
    """One line of a file that both changed is gone."""
    both = work.touched & work.level & outcome.tree.keys() - outcome.conflicts.keys()
    path = pick(rng, (path for path in both if outcome.tree[path].is_text))
    if not path:
        return {}
    lines = [*outcome.tree[path].words]
    del lines[rng.randrange(len(lines) - 1)]
    return {path: File(b"\n".join(lines), outcome.tree[path].mode)}


def resurrects_a_file(rng: Random, work: Work, outcome: Outcome) -> Changes:
    """What the owner deleted or moved is back."""
    path = pick(rng, work.made.keys() - work.tree.keys() - outcome.tree.keys())
    above = {path[:at] for at, letter in enumerate(path or "") if letter == "/"} if path else set()
    taken = any(each.startswith(f"{path}/") for each in outcome.tree) or above & outcome.tree.keys()
    return {path: work.made[path]} if path and not taken else {}


def drops_what_the_level_brings(rng: Random, work: Work, outcome: Outcome) -> Changes:
    """A new file of the level is not there."""
    new = (path for path in work.new if path not in work.tree and path in outcome.tree)
    path = pick(rng, new)
    return {path: None} if path else {}


def misplaces_what_the_level_brings(rng: Random, work: Work, outcome: Outcome) -> Changes:
    """A new file of the level is in another folder."""
    new = (path for path in work.new if path not in work.tree and path in outcome.tree)
    path = pick(rng, new)
    return {path: None, f"astray/{path}": outcome.tree[path]} if path else {}


def loses_a_mode(rng: Random, work: Work, outcome: Outcome) -> Changes:
    """A file that the owner made to run does not."""
    path = pick(rng, (path for path, file in outcome.tree.items() if file.mode == PROGRAM))
    return {path: File(outcome.tree[path].data, FILE)} if path else {}


def leaves_a_mark(_: Random, __: Work, outcome: Outcome) -> Changes:
    """A file that nobody asked for."""
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
        leaves_a_mark,
    )
}


def hurt(bench: Bench, work: Work, change: Change, seed: int) -> Merge:
    """The real merge, and then a change to the tree that it makes."""

    def merged_badly(
        store: ObjectStore, made: str, mine: str, wanted: str, label: str
    ) -> MergeResult:
        merged = merge_trees(store, made, mine, wanted, label)
        changes = change(Random(seed), work, bench.outcome(merged))
        entries: dict[str, TreeEntry | None] = {
            path: (file.mode, bench.objects.put("blob", file.data)) if file else None
            for path, file in changes.items()
        }
        return replace(merged, tree=store.edit_tree(merged.tree, entries)) if changes else merged

    return merged_badly


def silent(number: int) -> Merge:
    """The real merge, that keeps one conflict to itself, or one deleted file."""

    def merged_silently(
        store: ObjectStore, made: str, mine: str, wanted: str, label: str
    ) -> MergeResult:
        merged = merge_trees(store, made, mine, wanted, label)
        if number < len(merged.conflicts):
            kept = merged.conflicts[:number] + merged.conflicts[number + 1 :]
            return replace(merged, conflicts=kept)
        return replace(merged, deleted=merged.deleted[1:])

    return merged_silently
