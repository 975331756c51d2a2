"""Compares two levels: of a project with its own answers, or of a new project."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import RefusedError
from ..git.repository import path_in_repository
from ..git.run import require_git
from ..template.answers_file import find_project, read_answers
from ..template.levels import find_level
from ..template.origin import template_origin
from ..template.original import render_original
from ..template.render import render
from ..template.source import copied_template
from ..temporary_folders import temporary_folder
from .comparison import Comparison

NEW_PROJECT = {"project_name": "churn"}  # the name that the README uses


@dataclass(frozen=True)
class Difference:
    """Two levels of one project."""

    old_level: int
    new_level: int
    project: Path | None
    answers: dict[str, Any]
    comparison: Comparison

    @property
    def current_level(self) -> int | None:
        """The level of the project; a new project has none."""
        return int(self.answers["level"]) if self.project else None

    def create_patch(self, color: bool) -> bytes:
        """A patch that turns the old level into the new one."""
        # git reads the paths of a patch from the top of a repository, whatever the folder is.
        prefix = path_in_repository(self.project) if self.project else ""
        return self.comparison.create_patch(prefix, color)


@contextmanager
def compare_levels(old: str, new: str, project: Path | None) -> Iterator[Difference]:
    """Render two levels: of this project, of the one around this folder, or of a new one."""
    old_level, new_level = find_level(old).number, find_level(new).number
    if old_level == new_level:
        raise RefusedError(
            f"Both levels are {old_level}: name two levels, as in mlops-init diff 1 2."
        )
    require_git("A comparison")
    project = project or find_project(Path.cwd())
    answers = read_answers(project) if project else NEW_PROJECT
    with copied_template() as template, temporary_folder() as folder:
        for level, side in ((old_level, "old"), (new_level, "new")):
            _render(project, answers | {"level": level}, template, folder / side)
        comparison = Comparison(folder / "old", folder / "new", folder)
        yield Difference(old_level, new_level, project, answers, comparison)


def _render(
    project: Path | None, answers: dict[str, Any], template: Path, destination: Path
) -> None:
    if project:  # from its own template, so that the patch applies to it
        render_original(project, answers, template, destination)
    else:
        render(template, destination, answers, template_origin(template))
