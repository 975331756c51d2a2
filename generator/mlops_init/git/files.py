"""Compares and replaces files as git sees them: bytes and links; a folder only contains files."""

import filecmp
import os
import shutil
from contextlib import suppress
from pathlib import Path

TEMPORARY_NAME = ".mlops-init.new"  # a file that is being written, before it is renamed
COMPILED = "__pycache__"


def is_file_or_link(path: Path) -> bool:
    """Whether git would store something at a path."""
    return path.is_symlink() or path.is_file()


def has_same_content(path: Path, reference: Path) -> bool:
    """Whether both paths have nothing, the same link, or the same bytes."""
    if not os.path.lexists(path) or not is_file_or_link(reference):
        return os.path.lexists(path) == is_file_or_link(reference)
    if path.is_symlink() or reference.is_symlink():
        both_links = path.is_symlink() and reference.is_symlink()
        return both_links and path.readlink() == reference.readlink()
    both_files = path.is_file() and reference.is_file()
    return both_files and filecmp.cmp(path, reference, shallow=False)


def replace_file(source: Path, target: Path) -> None:
    """Replace the target by the source atomically; without a source, delete the target."""
    if not is_file_or_link(source):
        with suppress(NotADirectoryError):  # then there is no target either
            target.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(TEMPORARY_NAME)
    temporary.unlink(missing_ok=True)
    shutil.copy2(source, temporary, follow_symlinks=False)
    temporary.replace(target)


def list_parents(paths: list[str], deepest_first: bool = False) -> list[str]:
    """Every folder above the paths, without the top."""
    folders = {folder.as_posix() for path in paths for folder in Path(path).parents[:-1]}
    return sorted(folders, key=lambda folder: folder.count("/"), reverse=deepest_first)


def has_only_compiled_python(folder: Path) -> bool:
    """Whether a folder only contains compiled Python, which could still be imported."""
    return folder.is_dir() and [each.name for each in folder.iterdir()] == [COMPILED]
