"""Compares two folders with git: what differs, by how many lines, and as a patch."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..git.run import GitError, attempt, git, require, said

PLAIN = ("-c", "core.autocrlf=false", "-c", f"core.fileMode={str(os.name != 'nt').lower()}")


@dataclass(frozen=True)
class Change:
    """What became of a file: A, M or D, and its lines; none are counted in a binary file."""

    path: str
    what: str
    added: int | None
    taken: int | None


@dataclass(frozen=True)
class Comparison:
    """Two folders, and a third one for git to work in."""

    old: Path
    new: Path
    scratch: Path

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Each file that differs."""
        printed = self._diff("--numstat", "-z").decode("utf-8", "surrogateescape")
        return tuple(self._change(*each.split("\t", 2)) for each in printed.split("\0") if each)

    def patch(self, inside: str = "", colour: bool = False) -> bytes:
        """What `git apply` takes, for a folder that lies so far inside its repository."""
        prefixes = (f"--src-prefix=a/{inside}", f"--dst-prefix=b/{inside}")
        shown = "always" if colour else "never"
        return self._diff("--patch", "--binary", f"--color={shown}", *prefixes)

    def _change(self, added: str, taken: str, path: str) -> Change:
        before, after = (os.path.lexists(each / path) for each in (self.old, self.new))
        what = "M" if before and after else "A" if after else "D"
        return Change(path, what, *(int(each) if each != "-" else None for each in (added, taken)))

    def _diff(self, *words: str) -> bytes:
        # Of the commands that compare, this one looks at no settings of the person.
        command = ("diff-tree", "-r", "--no-renames", *words, *self._trees)
        done = attempt(*command, cwd=self.scratch, environment=self._there(self.new))
        if done.status:
            raise GitError(said(done))
        return done.raw

    @cached_property
    def _trees(self) -> tuple[str, str]:
        require("A comparison")
        git("init", "--quiet", "--bare", str(self.scratch / "git"), cwd=self.scratch)
        return self._tree(self.old), self._tree(self.new)

    def _tree(self, folder: Path) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        (self.scratch / "git" / "index").unlink(missing_ok=True)
        there = self._there(folder)
        git(*PLAIN, "add", "--all", "--force", ".", cwd=folder, environment=there)
        return git("write-tree", cwd=folder, environment=there)

    def _there(self, folder: Path) -> dict[str, str]:
        return {"GIT_DIR": str(self.scratch / "git"), "GIT_WORK_TREE": str(folder)}
