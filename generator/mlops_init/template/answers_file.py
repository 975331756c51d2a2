"""The answers file of a project: its answers and its origin."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from ..errors import RefusedError
from .origin import ORIGIN_KEYS

ANSWERS_FILE = ".copier-answers.yml"


def read_answers(project: Path) -> dict[str, Any]:
    """Read the answers and the origin of a project."""
    file = project / ANSWERS_FILE
    if not file.is_file():
        raise RefusedError(
            f"{project} is not a project of mlops-init, it has no {ANSWERS_FILE}: "
            "name the top folder of a project."
        )
    try:
        answers = _load(file)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RefusedError(f"{file} is not YAML: restore it from git.") from error
    if not _is_valid(answers):
        raise RefusedError(f"{file} has no level or no names: restore it from git.")
    return dict(answers)


def read_origin(answers: Mapping[str, Any]) -> dict[str, str]:
    """The part of the answers file that names the template."""
    return {key: answers[key] for key in ORIGIN_KEYS if key in answers}


def find_project(folder: Path) -> Path | None:
    """The project that contains a folder, if any."""
    for each in (folder, *folder.parents):
        file = each / ANSWERS_FILE
        if file.is_file() and not _is_of_another_template(file):
            return each
    return None


def _load(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def _is_of_another_template(file: Path) -> bool:
    try:
        answers = _load(file)
    except (yaml.YAMLError, UnicodeDecodeError):
        return False
    return isinstance(answers, dict) and "level" not in answers


def _is_valid(answers: object) -> bool:
    types = {"level": int, "project_name": str, "package_name": str}
    return isinstance(answers, dict) and all(
        type(answers.get(name)) is expected  # `true` is an int in Python
        for name, expected in types.items()
    )
