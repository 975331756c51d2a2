"""Combines the files of a new project with files that its folder already contains.

Git hosts create repositories with a README and a .gitignore, and the text of the user must stay.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import RefusedError
from ..git.files import has_same_content

MAX_NAMES = 6  # of files in a sentence


class ObstacleError(RefusedError):
    """The folder contains files that the project also has; the user may choose another one."""

    def __init__(self, message: str, answers: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.answers = answers or {}


def combine_files(
    folder: Path, destination: Path, paths: Iterable[str], answers: Mapping[str, Any]
) -> tuple[str, ...]:
    """Add the text of existing files to those in `folder`; return the paths of these files."""
    combined, obstacles = [], set()
    for path in paths:
        if obstacle := _find_obstacle(destination, path):
            obstacles.add(obstacle)
        elif not os.path.lexists(destination / path):
            continue
        elif not has_same_content(destination / path, folder / path):
            if _combine_file(folder / path, destination / path, path):
                combined.append(path)
            else:
                obstacles.add(path)
    if obstacles:
        raise ObstacleError(_format_obstacles(destination, sorted(obstacles)), answers)
    return tuple(combined)


def _find_obstacle(destination: Path, path: str) -> str | None:
    """A file or link where the project has a folder, or a folder where it has a file."""
    for parent in [*PurePosixPath(path).parents][-2::-1]:
        place = destination / parent
        if os.path.lexists(place) and (place.is_symlink() or not place.is_dir()):
            return str(parent)
    place = destination / path
    return path if place.is_symlink() or place.is_dir() else None


def _combine_file(file: Path, existing: Path, path: str) -> bool:
    """Put the user's text above the text of the project; False for other kinds of files."""
    if path not in COMBINED:
        return False
    try:
        yours = existing.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    text = COMBINED[path](yours.replace("\r\n", "\n"), file.read_text(encoding="utf-8"))
    newline = "\r\n" if "\r\n" in yours else "\n"
    file.write_bytes(text.replace("\n", newline).encode("utf-8"))
    return True


def _combine_pages(yours: str, project: str) -> str:
    """One page: the title of the project is left out, because the user's page has one."""
    if not yours.strip():
        return project
    _, _, sections = project.partition("\n\n")
    return f"{yours.rstrip()}\n\n{sections}"


def _combine_lines(yours: str, project: str) -> str:
    """All lines of the user, then those of the project that are missing."""
    present = {line.strip() for line in yours.splitlines()}
    lines = [line for line in project.splitlines() if not line or line not in present]
    missing = "\n".join(lines).strip("\n")
    return f"{yours.rstrip()}\n\n{missing}\n".lstrip("\n") if missing else yours


# The files that git hosts create; in all others a mixture would be wrong.
COMBINED: Mapping[str, Callable[[str, str], str]] = {
    "README.md": _combine_pages,
    ".gitignore": _combine_lines,
    ".gitattributes": _combine_lines,
}


def _format_obstacles(destination: Path, obstacles: list[str]) -> str:
    return (
        f"{destination} contains files that the project also has ({format_names(obstacles)}): "
        "move them away, or name another folder."
    )


def format_names(names: Iterable[str]) -> str:
    """The first names, and how many more there are."""
    shown = [*names]
    more = len(shown) - MAX_NAMES
    return ", ".join(shown[:MAX_NAMES]) + (f" and {more} more" if more > 0 else "")
