"""Finds workflows of a project that no push to the default branch starts."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from ..git.repository import find_default_branch, is_in_work_tree


@dataclass(frozen=True)
class UnstartedWorkflow:
    """A workflow that watches other branches than the default branch of its repository."""

    path: str
    branches: tuple[str, ...]
    default_branch: str


def find_unstarted(project: Path) -> list[UnstartedWorkflow]:
    """The workflows of a project that watch pushes, but not those to the default branch."""
    if not is_in_work_tree(project):
        return []
    default = find_default_branch(project)
    found = []
    for file in sorted((project / ".github/workflows").glob("*.y*ml")):
        branches = _watched_branches(file)
        if branches and not any(fnmatchcase(default, pattern) for pattern in branches):
            path = file.relative_to(project).as_posix()
            found.append(UnstartedWorkflow(path, branches, default))
    return found


def _watched_branches(file: Path) -> tuple[str, ...]:
    """The branches whose pushes start a workflow; none if it does not name them."""
    try:
        workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
        # In YAML 1.1 the key `on` means true.
        branches = workflow[True]["push"]["branches"]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError):
        return ()
    return tuple(map(str, branches)) if isinstance(branches, list) else (str(branches),)
