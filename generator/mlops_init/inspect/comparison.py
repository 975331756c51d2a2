"""Compares two folders with git: the changed files, their lines, and a patch."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..git.changes import ChangeKind
from ..git.run import GitError, attempt, git, require_git

# Settings of the user must not change the stored files.
SETTINGS = ("-c", "core.autocrlf=false", "-c", f"core.fileMode={str(os.name != 'nt').lower()}")


@dataclass(frozen=True)
class Change:
    """A file that differs, with its added and deleted lines; a binary file has None."""

    path: str
    kind: ChangeKind
    added_lines: int | None
    deleted_lines: int | None


@dataclass(frozen=True)
class Comparison:
    """Two folders, and a temporary one for git's data."""

    old: Path
    new: Path
    folder: Path

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """All files that differ."""
        output = self._diff("--numstat", "-z").decode("utf-8", "surrogateescape")
        return tuple(self._parse(*each.split("\t", 2)) for each in output.split("\0") if each)

    def create_patch(self, prefix: str = "", color: bool = False) -> bytes:
        """A patch for `git apply`; the prefix is the path of the folder in its repository."""
        prefixes = (f"--src-prefix=a/{prefix}", f"--dst-prefix=b/{prefix}")
        when = "always" if color else "never"
        return self._diff("--patch", "--binary", f"--color={when}", *prefixes)

    def _parse(self, added: str, deleted: str, path: str) -> Change:
        before, after = (os.path.lexists(folder / path) for folder in (self.old, self.new))
        kind = ChangeKind.CHANGED if before and after else ChangeKind.ADDED
        kind = kind if after else ChangeKind.DELETED
        return Change(
            path, kind, *(None if count == "-" else int(count) for count in (added, deleted))
        )

    def _diff(self, *options: str) -> bytes:
        # Of git's commands that compare, only diff-tree ignores the settings of the user.
        command = ("diff-tree", "-r", "--no-renames", *options, *self._trees)
        result = attempt(*command, cwd=self.folder, environment=self._environment(self.new))
        if result.status:
            raise GitError(result.error_message)
        return result.raw

    @cached_property
    def _trees(self) -> tuple[str, str]:
        require_git("A comparison")
        git("init", "--quiet", "--bare", str(self.folder / "git"), cwd=self.folder)
        return self._store(self.old), self._store(self.new)

    def _store(self, folder: Path) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "git" / "index").unlink(missing_ok=True)
        environment = self._environment(folder)
        git(*SETTINGS, "add", "--all", "--force", ".", cwd=folder, environment=environment)
        return git("write-tree", cwd=folder, environment=environment)

    def _environment(self, folder: Path) -> dict[str, str]:
        return {"GIT_DIR": str(self.folder / "git"), "GIT_WORK_TREE": str(folder)}
