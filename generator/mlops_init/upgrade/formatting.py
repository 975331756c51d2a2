"""Compares the formatting settings of a project with those that it was generated with."""

import tomllib
from pathlib import Path
from typing import Any

OWN_FILES = ("ruff.toml", ".ruff.toml")  # ruff prefers them to pyproject.toml


def has_own_format(project: Path, original: Path) -> bool:
    """Whether ruff would format files differently from the template."""
    if any((project / name).is_file() for name in OWN_FILES):
        return True
    return bool(_read_settings(project) != _read_settings(original))


def _read_settings(folder: Path) -> Any:
    """The settings that `ruff format` reads; None if there are none that it could read."""
    try:
        text = (folder / "pyproject.toml").read_text(encoding="utf-8")
        settings = tomllib.loads(text).get("tool", {}).get("ruff", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    return {name: value for name, value in settings.items() if name != "lint"}
