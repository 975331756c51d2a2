"""Tells which files git ignores, by all its rules; without a repository by one file of rules."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from .repository import is_in_work_tree
from .run import attempt, git_records

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


def list_files(folder: Path) -> Iterator[str]:
    """All files below a folder that git does not ignore; a link to a folder is a file."""
    if not _has_repository(folder):
        yield from _walk(folder, _read_rules(folder))
        return
    kinds = ("--cached", "--others", "--exclude-standard")
    for path in git_records("ls-files", *kinds, cwd=folder):
        # Another repository inside is one entry, and a deleted file is still in the index.
        if path.endswith("/"):
            yield from (path + each for each in list_files(folder / path))
        elif os.path.lexists(folder / path):
            yield path


def is_path_ignored(folder: Path, path: str) -> bool:
    """Whether git ignores a path, which may not exist; it may be a file or a folder."""
    forms = (path, f"{path}/")
    if path == ".git" or path.startswith(".git/"):
        return True
    if not _has_repository(folder):
        return any(map(_read_rules(folder).match_file, forms))
    command = ("check-ignore", "--quiet", "--")
    return any(not attempt(*command, form, cwd=folder).status for form in forms)


def _has_repository(folder: Path) -> bool:
    return bool(shutil.which("git")) and is_in_work_tree(folder)


def _read_rules(folder: Path) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec

    file = folder / ".gitignore"
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    return GitIgnoreSpec.from_lines([".git", *text.splitlines()])


def _walk(folder: Path, rules: "GitIgnoreSpec") -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        inside = Path(place).relative_to(folder)
        links = [name for name in folders if Path(place, name).is_symlink()]
        folders[:] = [
            name
            for name in folders
            if name not in links and not rules.match_file(f"{(inside / name).as_posix()}/")
        ]
        for path in ((inside / name).as_posix() for name in (*names, *links)):
            if not rules.match_file(path):
                yield path
