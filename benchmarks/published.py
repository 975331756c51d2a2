"""A copy of this repository with a release tag, as Copier needs it."""

import shutil
from pathlib import Path

from processes import run

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("generator", "maturity_levels", "template", "copier.yml", "pyproject.toml", "README.md")
IDENTITY = ("-c", "user.name=Owner", "-c", "user.email=owner@example.com")


def commit(place: Path) -> Path:
    """Create a repository in a folder, and commit all files."""
    run("git", "init", "--quiet", cwd=place)
    run("git", "add", "--all", "--force", cwd=place)
    settings = (*IDENTITY, "-c", "maintenance.auto=false")
    run("git", *settings, "commit", "--quiet", "-m", "Mine", cwd=place)
    run("git", "gc", "--quiet", cwd=place)  # now, and not during a measurement
    return place


def create_release(place: Path) -> Path:
    """Create a copy of this repository with a tag, which `copier update` needs."""
    place.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            skip = shutil.ignore_patterns("__pycache__", ".*_cache")
            shutil.copytree(ROOT / part, place / part, ignore=skip)
        else:
            shutil.copy2(ROOT / part, place / part)
    run("git", "tag", "v0.0.1", cwd=commit(place))
    return place
