"""The journal of an upgrade: everything that is needed to undo it, whenever it was killed.

It is a folder in the git directory, complete or absent, from before the first change until the
upgrade is committed or undone:

    record.json    the commit, the project, the changed paths and the folders that existed
    before/        the files before the upgrade
    after/         the files after the upgrade
    index.before   the index before the upgrade, and index.after
    token          a second name of index.lock while the upgrade holds that lock
    compiled/      compiled Python of deleted folders
    staged         exists when the upgrade is complete
"""

import json
import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import RefusedError
from ..git.files import (
    COMPILED,
    TEMPORARY_NAME,
    has_only_compiled_python,
    has_same_content,
    is_file_or_link,
    list_parents,
    replace_file,
)
from ..git.repository import Repository, find_head
from ..git.work_tree_checks import index_locked_message

MESSAGE = "MERGE_MSG"


@dataclass(frozen=True)
class Journal:
    """The journal of a work tree, which may not exist."""

    repository: Repository

    @property
    def folder(self) -> Path:
        """Its folder, even if it does not exist."""
        return self.repository.git_dir / "mlops-init"

    @property
    def exists(self) -> bool:
        """Whether an upgrade has started and was neither undone nor discarded."""
        return self.folder.is_dir()

    @property
    def is_complete(self) -> bool:
        """Whether that upgrade is completely staged."""
        return (self.folder / "staged").exists()

    @cached_property
    def record(self) -> dict[str, Any]:
        """The commit, the project, the paths and the folders of the upgrade."""
        return dict(json.loads((self.folder / "record.json").read_text(encoding="utf-8")))

    @property
    def head_has_moved(self) -> bool:
        """Whether the user has committed or checked out another commit since."""
        return bool(find_head(self.repository) != self.record["head"])

    @property
    def is_pending(self) -> bool:
        """Whether the result of the upgrade is still there, neither committed nor discarded."""
        if not self.exists or self.head_has_moved:
            return False
        top, before, after = self.repository.top, self.folder / "before", self.folder / "after"
        return any(
            has_same_content(top / path, after / path)
            and not has_same_content(before / path, after / path)
            for path in self.record["paths"]
        )

    def lock_index(self) -> None:
        """Keep other git commands away from the index; never take over the lock of another."""
        token, lock = self.folder / "token", self.repository.index_lock
        try:
            os.link(token, lock)
        except FileExistsError:
            if not lock.samefile(token):
                raise RefusedError(index_locked_message(self.repository)) from None

    def install(self, name: str, target: str) -> None:
        """Copy a file of the journal to its place in the git directory; delete it if absent."""
        source, destination = self.folder / name, self.repository.git_dir / target
        if source.exists():
            shutil.copy2(source, self.folder / "temporary")
            (self.folder / "temporary").replace(destination)
        else:
            destination.unlink(missing_ok=True)

    def discard(self) -> None:
        """Delete the journal, and the remains of one that was never complete."""
        deleted = self.folder.with_suffix(".old")
        shutil.rmtree(deleted, ignore_errors=True)
        if self.exists:
            self.folder.rename(deleted)
        for folder in (deleted, self.folder.with_suffix(".new")):
            shutil.rmtree(folder, ignore_errors=True)

    def undo(self) -> list[Path]:
        """Restore the state before the upgrade; return the backups of files changed since."""
        self.lock_index()
        (self.folder / "staged").unlink(missing_ok=True)  # not complete from here on
        top, before = self.repository.top, self.folder / "before"
        backups = self._back_up_changed_files()
        old_paths = [path for path in self.record["paths"] if is_file_or_link(before / path)]
        for path in self.record["paths"]:
            if path not in old_paths:
                replace_file(before / path, top / path)
        self._delete_new_folders()
        for path in old_paths:
            if (top / path).is_dir() and not (top / path).is_symlink():  # with files of the user
                backups.append(self._back_up(path))
            replace_file(before / path, top / path)
        self._restore_compiled_python()
        for folder in self.record["folders"]:
            (top / folder).mkdir(parents=True, exist_ok=True)
        self.install("index.before", "index")
        self.install("message.before", MESSAGE)
        self.repository.index_lock.unlink()
        self.discard()
        return backups

    def _back_up_changed_files(self) -> list[Path]:
        """Move files that the user has changed since the upgrade out of the way."""
        top, backups = self.repository.top, []
        new_folders = list_parents(self.record["paths"])  # may replace a file
        for path in self.record["paths"]:
            versions = (self.folder / "before" / path, self.folder / "after" / path)
            is_folder = (top / path).is_dir() and not (top / path).is_symlink()
            if not (is_folder and path in new_folders) and not any(
                has_same_content(top / path, version) for version in versions
            ):
                backups.append(self._back_up(path))
        return backups

    def _back_up(self, path: str) -> Path:
        backup = self.folder.with_name("mlops-init-backup") / time.strftime("%Y%m%dT%H%M%S")
        (backup / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(self.repository.top / path, backup / path)
        return backup / path

    def _restore_compiled_python(self) -> None:
        for compiled in sorted((self.folder / "compiled").rglob(COMPILED)):
            destination = self.repository.top / compiled.relative_to(self.folder / "compiled")
            if not destination.exists():
                destination.parent.mkdir(parents=True, exist_ok=True)
                compiled.rename(destination)

    def _delete_new_folders(self) -> None:
        """Delete folders that did not exist before, and files that were being written."""
        top, old_folders = self.repository.top, self.record["folders"]
        for folder in list_parents(self.record["paths"], deepest_first=True):
            with suppress(NotADirectoryError):  # it is a file again
                (top / folder / TEMPORARY_NAME).unlink(missing_ok=True)
            if folder not in old_folders:
                if has_only_compiled_python(top / folder):
                    shutil.rmtree(top / folder)
                with suppress(OSError):  # not empty: it contains files of the user
                    (top / folder).rmdir()
