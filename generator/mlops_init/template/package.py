"""Finds the Python package of a project, which the user may have renamed."""

import re
from pathlib import Path

from ..git.run import attempt

VALID_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")  # as copier.yml demands


def find_package(project: Path, recorded: str) -> str | None:
    """The recorded package if src/ contains it, else the only one there; None if unclear."""
    packages = _list_packages(project)
    if recorded in packages or not packages:
        return recorded
    valid = [name for name in packages if VALID_NAME.fullmatch(name)]
    return valid[0] if len(valid) == len(packages) == 1 else None


def _list_packages(project: Path) -> set[str]:
    """The folders of src/ that are packages, in git or, without git, in the work tree."""
    result = attempt("ls-files", "-z", "--", "src", cwd=project)
    if result.status:
        paths = [each.relative_to(project) for each in project.glob("src/*/__init__.py")]
    else:
        paths = [Path(each) for each in result.out.split("\0")]
    return {each.parts[1] for each in paths if each.parts[2:] == ("__init__.py",)}
