"""Checks the promises of a merge, path by path and line by line."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .imports import find_broken_imports
from .moves import Moves
from .trees import File, Tree
from .work import Work


@dataclass(frozen=True)
class Outcome:
    """The result of a merge: its tree, conflicts with all stages, and paths that stay deleted."""

    tree: Tree
    conflicts: Mapping[str, Mapping[int, File]] = field(default_factory=dict)
    deleted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class FileVersions:
    """The three versions of one file, and the path at which the merge must put it."""

    path: str
    old_path: str  # in the generated project, or in the level
    generated: File | None
    user: File | None
    level: File | None

    @property
    def changed_by_both(self) -> bool:
        """Whether user and level changed it in different ways; a move is a change."""
        moved_and_removed = self.generated and self.path != self.old_path and self.level is None
        return (
            bool(moved_and_removed) or self.generated != self.user != self.level != self.generated
        )

    @property
    def mode(self) -> str | None:
        """The mode that it must have: that of the user, unless only the level changed it."""
        only_level = self.generated and self.user and self.generated.mode == self.user.mode
        file = self.level if only_level and self.level else self.user
        return file.mode if file else None


def find_problems(work: Work, moves: Moves, outcome: Outcome) -> list[str]:
    """The broken promises of a merge."""
    versions = [*_file_versions(work, moves)]
    places = {each.path for each in versions if each.user or each.level}
    problems = [
        f"{each.path}: {problem}"
        for each in versions
        for problem in _check_file(each, outcome, _is_blocked(each.path, places))
    ]
    problems += _unexpected_conflicts(versions, moves, outcome, places)
    explained = places | outcome.conflicts.keys()
    problems += [f"{path}: comes from no version" for path in outcome.tree.keys() - explained]
    stay = {
        each.path
        for each in versions
        if each.changed_by_both and not each.user and not _is_blocked(each.path, places)
    }
    problems += [
        f"{path}: is wrongly listed, or not listed, as deleted" for path in outcome.deleted ^ stay
    ]
    if not outcome.conflicts:
        problems += find_broken_imports(work, moves, outcome.tree)
    return sorted(problems)


def blocks_a_moved_folder(work: Work, moves: Moves) -> bool:
    """Whether a file of the user is at the path of a moved folder: the one reason to refuse."""
    return any(
        place[:at] in work.tree
        for place in moves.new.values()
        for at, letter in enumerate(place)
        if letter == "/"
    )


def _file_versions(work: Work, moves: Moves) -> Iterator[FileVersions]:
    added = {moves.new.get(old, old): old for old in work.new_paths}
    for old, made in work.generated.items():
        place = moves.files.get(old, old)
        if place not in added:  # otherwise it meets a file that the level adds
            yield FileVersions(place, old, made, work.tree.get(place), work.target.get(old))
    for place in work.tree.keys() - work.generated.keys() - {*moves.files.values()} - added.keys():
        yield FileVersions(place, place, None, work.tree[place], None)
    for place, old in added.items():
        yield FileVersions(place, old, None, work.tree.get(place), work.target[old])


def _check_file(each: FileVersions, outcome: Outcome, blocked: bool) -> Iterator[str]:
    """The problems of one file."""
    if not each.changed_by_both:
        wanted = each.level if each.user == each.generated else each.user
        yield from _check_one_side(each, wanted, outcome, blocked)
    elif each.user is None:
        if each.path in outcome.tree:
            yield "came back, although the user deleted it"
        elif blocked and not _find_conflict(each, 3, outcome):
            yield "was moved out of the way, but is not listed"
    elif path := _find_conflict(each, 2, outcome):
        yield from _check_conflict(each, path, outcome)
    elif each.level is None:
        yield "the user changed it and the level removed it, but it is not listed"
    elif each.path not in outcome.tree:
        yield "is gone, but is not listed"
    else:
        yield from _check_merged_lines(each, outcome.tree[each.path])


def _check_one_side(
    each: FileVersions, wanted: File | None, outcome: Outcome, blocked: bool
) -> Iterator[str]:
    side = "user" if each.user != each.generated else "level"
    if wanted is None and each.path in outcome.tree and each.path not in outcome.conflicts:
        yield "came back, or was not removed"
    if wanted is not None and outcome.tree.get(each.path) != wanted:
        renamed = [path for path in outcome.conflicts if path.startswith(f"{each.path}~")]
        if not blocked or wanted not in [outcome.tree.get(path) for path in renamed]:
            yield f"is not the file of the {side}"


def _check_conflict(each: FileVersions, path: str, outcome: Outcome) -> Iterator[str]:
    """A listed conflict has the file of each side, and the work tree has the lines of the user."""
    stages = {1: each.generated, 2: each.user, 3: each.level}
    for number, file in stages.items():
        if file and outcome.conflicts[path].get(number) not in (file, None):
            yield f"stage {number} is another file"
    result = outcome.tree.get(path)
    lost = Counter(each.user.lines) if each.user else Counter()
    lost -= Counter(each.generated.lines) if each.generated else Counter()
    lost -= Counter(result.lines) if result else Counter()
    if result and result.mode != each.mode:
        yield f"in conflict, and has mode {result.mode}"
    if each.level and not _find_conflict(each, 3, outcome):
        yield "in conflict, and no stage has the file of the level"
    if lost:
        yield f"in conflict, and the work tree lacks {_format_lines(lost)}"


def _check_merged_lines(each: FileVersions, result: File) -> Iterator[str]:
    """Without a conflict, each line occurs as often as the changes of both sides require."""
    assert each.user and each.level
    generated = each.generated or File(b"")
    if result.mode != each.mode:
        yield f"has mode {result.mode}"
    count = Counter(result.lines)
    base, user, level = (Counter(file.lines) for file in (generated, each.user, each.level))
    wrong: Counter[bytes] = Counter()
    for line in base | user | level | count:
        by_user, by_level = user[line] - base[line], level[line] - base[line]
        minimum = max(user[line] + min(0, by_level), level[line] + min(0, by_user))
        maximum = min(user[line] + max(0, by_level), level[line] + max(0, by_user))
        if not minimum <= count[line] <= maximum:
            wrong[line] = count[line] - minimum
    if wrong:
        yield f"lines lost (-) or too many (+): {_format_lines(wrong)}"


def _find_conflict(each: FileVersions, stage: int, outcome: Outcome) -> str | None:
    """The conflict with the file of one side, which may have been renamed."""
    file = each.user if stage == 2 else each.level
    for path, stages in outcome.conflicts.items():
        if stages.get(stage) == file and (path == each.path or path.startswith(f"{each.path}~")):
            return path
    return None


def _is_blocked(place: str, places: set[str]) -> bool:
    """Whether another file is below this path, or at the path of one of its folders."""
    above = {place[:at] for at, letter in enumerate(place) if letter == "/"}
    return bool(above & places) or any(each.startswith(f"{place}/") for each in places)


def _unexpected_conflicts(
    versions: list[FileVersions], moves: Moves, outcome: Outcome, places: set[str]
) -> list[str]:
    expected = {
        each.path for each in versions if each.changed_by_both or _is_blocked(each.path, places)
    }
    expected |= moves.undecided
    found = [
        f"{path}: listed, but only one side changed it"
        for path in outcome.conflicts
        if not any(path == each or path.startswith(f"{each}~") for each in expected)
    ]
    unlisted = moves.undecided - outcome.conflicts.keys()
    return found + [f"{folder}: was split, but is not listed" for folder in unlisted]


def _format_lines(lines: Counter[bytes]) -> str:
    listed = (f"{count:+} {line.decode(errors='replace')!r}" for line, count in lines.items())
    return ", ".join(listed)
