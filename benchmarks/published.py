"""This repository as Copier alone finds it: a clone with a tag, and projects made of it."""

import shutil
from pathlib import Path

from processes import run

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("generator", "maturity_levels", "template", "copier.yml", "pyproject.toml", "README.md")
ME = ("-c", "user.name=Owner", "-c", "user.email=owner@example.com")


def commit(place: Path) -> Path:
    """Make a repository of a folder, all of it committed."""
    run("git", "init", "--quiet", cwd=place)
    run("git", "add", "--all", "--force", cwd=place)
    run("git", *ME, "-c", "maintenance.auto=false", "commit", "--quiet", "-m", "Mine", cwd=place)
    run("git", "gc", "--quiet", cwd=place)  # now, and not in the middle of what is measured
    return place


def published(place: Path) -> Path:
    """A clone of this repository with a tag, as copier update needs."""
    place.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            skip = shutil.ignore_patterns("__pycache__", ".*_cache")
            shutil.copytree(ROOT / part, place / part, ignore=skip)
        else:
            shutil.copy2(ROOT / part, place / part)
    run("git", "tag", "v0.0.1", cwd=commit(place))
    return place
