"""Cases: a seed decides the two levels, the kinds of edits, and what each of them does."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import permutations
from random import Random

from . import lines, places
from .trees import Tree
from .work import Tools, Work

FEWEST, MOST = 5, 9  # kinds in a case
PAIRS = [*permutations(range(5), 2)]
# Those that need a file as it was made come first: a case does its kinds in this order.
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
    """The projects of all levels as they are made, and what the owner's tools make of them."""

    levels: Mapping[int, Tree]
    tools: Mapping[int, Tools]


@dataclass(frozen=True)
class Case:
    """An owner's work; without kinds the seed draws them."""

    seed: int
    kinds: tuple[str, ...] = ()

    @property
    def levels(self) -> tuple[int, int]:
        """The level that is left and the one that is wanted: seeds go through all pairs."""
        return PAIRS[self.seed % len(PAIRS)]

    @property
    def again(self) -> str:
        """The line that does just this again."""
        kinds = shlex.quote(",".join(self.kinds))
        setting = f"OWNER_EDITS_SEED={self.seed} OWNER_EDITS_KINDS={kinds}"
        return f"{setting} .venv/bin/pytest tests/upgrade/test_edits_merged.py"

    def done(self, renders: Renders) -> Work:
        """Do the work."""
        old, new = self.levels
        work = Work(renders.levels[old], renders.levels[new], renders.tools[old])
        for kind in self.kinds:
            self._do(kind, work)
        if not self.kinds:
            self._draw(work)
        return work

    def _draw(self, work: Work) -> None:
        rng = Random(self.seed)
        drawn = rng.sample([*KINDS], len(KINDS))
        first = rng.randint(FEWEST, MOST)
        for kind in KINDS:
            if kind in drawn[:first]:
                self._do(kind, work)
        for kind in drawn[first:]:
            if len(work.kinds) < FEWEST:
                self._do(kind, work)

    def _do(self, kind: str, work: Work) -> None:
        before = dict(work.tree)
        # Its own generator: what one kind does is the same whichever others are done.
        KINDS[kind](Random(f"{self.seed} {kind}"), work)
        if work.tree != before:
            work.kinds.append(kind)


def shrunk(case: Case, fails: Callable[[Case], bool]) -> Case:
    """The same failure with as few kinds as it takes."""
    for kind in case.kinds:
        fewer = replace(case, kinds=tuple(each for each in case.kinds if each != kind))
        if fewer.kinds and fails(fewer):
            return shrunk(fewer, fails)
    return case
