"""Cases: a seed selects two levels and kinds of edits, and what each edit does."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import permutations
from random import Random

from . import lines, places
from .trees import Tree
from .work import Tools, Work

MIN_KINDS, MAX_KINDS = 5, 9  # kinds in a case
PAIRS = [*permutations(range(5), 2)]
# A case makes its edits in this order: first those that need files as they were generated.
KINDS: dict[str, Callable[[Random, Work], None]] = {
    "uv-add": lines.dependency,
    "reformat": lines.reformat,
    "same-as-the-level": places.same_as_the_level,
    "in-lines-of-the-level": lines.in_lines_of_the_level,
    "near-lines-of-the-level": lines.near_lines_of_the_level,
    "anywhere": lines.anywhere,
    "blanks": lines.blanks,
    "readme": lines.readme,
    "workflow": lines.workflow,
    "crlf": lines.crlf,
    "mode": lines.mode,
    "several": lines.several,
    "binary": lines.binary,
    "link": lines.link,
    "delete-file": places.delete_file,
    "delete-folder": places.delete_folder,
    "rename-package": places.rename_package,
    "rename-folder": places.rename_folder,
    "move-folder": places.move_folder,
    "split-folder": places.split_folder,
    "rename-file": places.rename_file,
    "odd-name": places.odd_name,
    "move-file": places.move_file,
    "swap-files": places.swap_files,
    "file-to-folder": places.file_to_folder,
    "in-the-way": places.in_the_way,
    "in-the-way-of-a-folder": places.in_the_way_of_a_folder,
    "own-capability": places.own_capability,
}


@dataclass(frozen=True)
class Renders:
    """The generated projects of all levels, and their files as the tools of a user change them."""

    levels: Mapping[int, Tree]
    tools: Mapping[int, Tools]


@dataclass(frozen=True)
class Case:
    """Random edits of a user; the seed selects the kinds if none are given."""

    seed: int
    kinds: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @property
    def levels(self) -> tuple[int, int]:
        """The old and the new level: the seeds go through all pairs."""
        return PAIRS[self.seed % len(PAIRS)]

    @property
    def repeat_command(self) -> str:
        """The command that repeats this case."""
        kinds = shlex.quote(",".join(self.kinds))
        setting = f"RANDOM_EDITS_SEED={self.seed} RANDOM_EDITS_KINDS={kinds}"
        return f"{setting} .venv/bin/pytest tests/upgrade/test_edits_merged.py"

    def make_edits(self, renders: Renders) -> Work:
        """Make the edits."""
        old, new = self.levels
        work = Work(renders.levels[old], renders.levels[new], renders.tools[old])
        for kind in self.kinds:
            self._make_edit(kind, work)
        if not self.kinds:
            self._make_drawn_edits(work)
        return work

    def _make_drawn_edits(self, work: Work) -> None:
        rng = Random(self.seed)
        drawn = [kind for kind in rng.sample([*KINDS], len(KINDS)) if kind not in self.excluded]
        first = rng.randint(MIN_KINDS, MAX_KINDS)
        for kind in KINDS:
            if kind in drawn[:first]:
                self._make_edit(kind, work)
        for kind in drawn[first:]:
            if len(work.kinds) < MIN_KINDS:
                self._make_edit(kind, work)

    def _make_edit(self, kind: str, work: Work) -> None:
        before = dict(work.tree)
        # A generator of its own: an edit does not depend on the other kinds.
        KINDS[kind](Random(f"{self.seed} {kind}"), work)
        if work.tree != before:
            work.kinds.append(kind)


def minimize(case: Case, fails: Callable[[Case], bool]) -> Case:
    """The case with the fewest kinds that fails in the same way."""
    for kind in case.kinds:
        fewer = replace(case, kinds=tuple(each for each in case.kinds if each != kind))
        if fewer.kinds and fails(fewer):
            return minimize(fewer, fails)
    return case
