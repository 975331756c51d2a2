"""Suggests the path that a user may have meant."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from ..template.levels import find_capability


@dataclass(frozen=True)
class FileLists:
    """The files of the original project, of the highest level, and those that are present."""

    original: frozenset[str]
    highest: frozenset[str]
    present: frozenset[str]

    def find(self, path: str) -> list[str]:
        """The files at a path and below it."""
        paths = sorted(self.original | self.highest | self.present)
        return [each for each in paths if path in (".", each) or each.startswith(f"{path}/")]


def unknown_path_message(path: str, typed: str, lists: FileLists) -> str:
    """The message for a path that does not exist, with a suggestion if there is one."""
    owner = find_capability(path)
    if owner and owner[1].optional:
        name = owner[1].name
        return f"{path} is part of {name}, which is optional: mlops-init upgrade --with {name}."
    message = f"{path} is neither in this project nor in any level"
    suggestion = _find_nearest(path, typed, lists)
    if suggestion is None:
        return f"{message}: mlops-init explain . shows what there is."
    return f"{message}. Did you mean {suggestion}{_describe_absence(suggestion, lists)}?"


def _find_nearest(path: str, typed: str, lists: FileLists) -> str | None:
    files = lists.find(".")
    folders = {folder.as_posix() for each in files for folder in Path(each).parents[:-1]}
    paths = sorted({*files, *folders}, key=_rank)
    typed = Path(typed).as_posix()
    if typed in paths:  # relative to the top, but typed in a folder below it
        return typed
    same_end = [each for each in paths if each.endswith(f"/{typed}")]
    similar_paths = difflib.get_close_matches(path, paths, n=1, cutoff=0.8)
    by_name = {Path(each).name: each for each in reversed(paths)}
    similar_names = difflib.get_close_matches(Path(path).name, by_name, n=1, cutoff=0.8)
    suggestions = [*same_end, *similar_paths, *(by_name[name] for name in similar_names)]
    return suggestions[0] if suggestions else None


def _rank(path: str) -> tuple[int, int, str]:
    """Code first and tests last; of those, what is nearest to the top."""
    order = {"src": 0, "tests": 2}.get(path.split("/")[0], 1)
    return order, path.count("/"), path


def _describe_absence(path: str, lists: FileLists) -> str:
    """Why a suggested path is not there; empty if it is."""
    files = lists.find(path)
    if lists.present.intersection(files):
        return ""
    if lists.original.intersection(files):
        return ", which you deleted"
    levels = [owner[0].number for owner in map(find_capability, files) if owner]
    return f", which comes with level {min(levels)}" if levels else ""
