"""The promises of a merge, checked path by path and line by line."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .imports import broken
from .moves import Moves
from .trees import File, Tree
from .work import Work


@dataclass(frozen=True)
class Outcome:
    """What came of a merge: its tree, what is listed with all stages, and what stays deleted."""

    tree: Tree
    conflicts: Mapping[str, Mapping[int, File]] = field(default_factory=dict)
    deleted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Meeting:
    """What the three sides have of one file, and where it has to lie now."""

    place: str
    old: str  # where it was made, or where the level has it
    made: File | None
    mine: File | None
    level: File | None

    @property
    def both(self) -> bool:
        """Whether owner and level changed it, each in another way; to move it is to change it."""
        moved_and_gone = self.made and self.place != self.old and self.level is None
        return bool(moved_and_gone) or self.made != self.mine != self.level != self.made

    @property
    def mode(self) -> str | None:
        """The mode it has to have: the owner's, unless only the level changed it."""
        only_level = self.made and self.mine and self.made.mode == self.mine.mode
        file = self.level if only_level and self.level else self.mine
        return file.mode if file else None


def problems(work: Work, moves: Moves, outcome: Outcome) -> list[str]:
    """All that a merge did not keep; nothing where it is right."""
    meetings = [*_meetings(work, moves)]
    places = {each.place for each in meetings if each.mine or each.level}
    found = [
        f"{each.place}: {what}"
        for each in meetings
        for what in _judged(each, outcome, _blocked(each.place, places))
    ]
    found += _listed_for_nothing(meetings, moves, outcome, places)
    explained = places | outcome.conflicts.keys()
    found += [f"{path}: out of nowhere" for path in outcome.tree.keys() - explained]
    stay = {
        each.place
        for each in meetings
        if each.both and not each.mine and not _blocked(each.place, places)
    }
    found += [f"{path}: said to stay deleted" for path in outcome.deleted ^ stay]
    if not outcome.conflicts:
        found += broken(work, moves, outcome.tree)
    return sorted(found)


def in_the_way(work: Work, moves: Moves) -> bool:
    """Whether a file of the owner's lies where a folder goes along, the one reason to refuse."""
    return any(
        place[:at] in work.tree
        for place in moves.new.values()
        for at, letter in enumerate(place)
        if letter == "/"
    )


def _meetings(work: Work, moves: Moves) -> Iterator[Meeting]:
    added = {moves.new.get(old, old): old for old in work.new}
    for old, made in work.made.items():
        place = moves.files.get(old, old)
        if place not in added:  # else it is what the level adds that it meets
            yield Meeting(place, old, made, work.tree.get(place), work.wanted.get(old))
    for place in work.tree.keys() - work.made.keys() - {*moves.files.values()} - added.keys():
        yield Meeting(place, place, None, work.tree[place], None)
    for place, old in added.items():
        yield Meeting(place, old, None, work.tree.get(place), work.wanted[old])


def _judged(each: Meeting, outcome: Outcome, blocked: bool) -> Iterator[str]:
    """What is wrong at one place."""
    if not each.both:
        wanted = each.level if each.mine == each.made else each.mine
        yield from _exact(each, wanted, outcome, blocked)
    elif each.mine is None:
        if each.place in outcome.tree:
            yield "came back, though its owner deleted it"
        elif blocked and not _listed(each, 3, outcome):
            yield "made way, and nobody says so"
    elif path := _listed(each, 2, outcome):
        yield from _conflict(each, path, outcome)
    elif each.level is None:
        yield "the owner changed it and the level took it away, and nobody says so"
    elif each.place not in outcome.tree:
        yield "gone, and nobody says so"
    else:
        yield from _woven(each, outcome.tree[each.place])


def _exact(each: Meeting, wanted: File | None, outcome: Outcome, blocked: bool) -> Iterator[str]:
    whose = "the owner's" if each.mine != each.made else "the level's"
    if wanted is None and each.place in outcome.tree and each.place not in outcome.conflicts:
        yield "came back, or was not taken away"
    if wanted is not None and outcome.tree.get(each.place) != wanted:
        aside = [path for path in outcome.conflicts if path.startswith(f"{each.place}~")]
        if not blocked or wanted not in [outcome.tree.get(path) for path in aside]:
            yield f"is not {whose}"


def _conflict(each: Meeting, path: str, outcome: Outcome) -> Iterator[str]:
    """A listed conflict has each side's file, and the owner's lines lie in the work tree."""
    stages = {1: each.made, 2: each.mine, 3: each.level}
    for number, file in stages.items():
        if file and outcome.conflicts[path].get(number) not in (file, None):
            yield f"stage {number} is another file"
    there = outcome.tree.get(path)
    lost = Counter(each.mine.words) if each.mine else Counter()
    lost -= Counter(each.made.words) if each.made else Counter()
    lost -= Counter(there.words) if there else Counter()
    if there and there.mode != each.mode:
        yield f"in conflict, and has mode {there.mode}"
    if each.level and not _listed(each, 3, outcome):
        yield "in conflict, and no stage has the level's"
    if lost:
        yield f"in conflict, and the work tree lacks {_shown(lost)}"


def _woven(each: Meeting, result: File) -> Iterator[str]:
    """Both changed it and no conflict: each line is there as often as the two sides make it."""
    assert each.mine and each.level
    made = each.made or File(b"")
    if result.mode != each.mode:
        yield f"has mode {result.mode}"
    count = Counter(result.words)
    base, mine, level = (Counter(file.words) for file in (made, each.mine, each.level))
    wrong: Counter[bytes] = Counter()
    for line in base | mine | level | count:
        by_owner, by_level = mine[line] - base[line], level[line] - base[line]
        least = max(mine[line] + min(0, by_level), level[line] + min(0, by_owner))
        most = min(mine[line] + max(0, by_level), level[line] + max(0, by_owner))
        if not least <= count[line] <= most:
            wrong[line] = count[line] - least
    if wrong:
        yield f"lines lost (-) or too many (+): {_shown(wrong)}"


def _listed(each: Meeting, stage: int, outcome: Outcome) -> str | None:
    """The conflict that has one side's file, which may have had to make way."""
    file = each.mine if stage == 2 else each.level
    for path, stages in outcome.conflicts.items():
        if stages.get(stage) == file and (path == each.place or path.startswith(f"{each.place}~")):
            return path
    return None


def _blocked(place: str, places: set[str]) -> bool:
    """Whether a file of the other side lies below a place, or where it needs a folder."""
    above = {place[:at] for at, letter in enumerate(place) if letter == "/"}
    return bool(above & places) or any(each.startswith(f"{place}/") for each in places)


def _listed_for_nothing(
    meetings: list[Meeting], moves: Moves, outcome: Outcome, places: set[str]
) -> list[str]:
    asked = {each.place for each in meetings if each.both or _blocked(each.place, places)}
    asked |= moves.undecided
    found = [
        f"{path}: listed, but only one side changed it"
        for path in outcome.conflicts
        if not any(path == each or path.startswith(f"{each}~") for each in asked)
    ]
    unsaid = moves.undecided - outcome.conflicts.keys()
    return found + [f"{folder}: went to several places, and nobody says so" for folder in unsaid]


def _shown(lines: Counter[bytes]) -> str:
    listed = (f"{count:+} {line.decode(errors='replace')!r}" for line, count in lines.items())
    return ", ".join(listed)
