"""The files of the template that this package contains."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..temporary_folders import temporary_folder

PARTS = ("copier.yml", "maturity_levels", "template")
# Tools create these in a checkout, pip in an installed package; git and the wheel exclude them.
CACHES = ("__pycache__", "*.py[co]", ".*_cache", ".venv", ".DS_Store", "uv.lock")


def template_source() -> Path:
    """The folder that contains copier.yml: in the installed package, or in the checkout."""
    installed = Path(__file__).resolve().parents[1] / "bundle"
    return installed if installed.is_dir() else Path(__file__).resolve().parents[3]


@contextmanager
def copied_template() -> Iterator[Path]:
    """A temporary copy of the template, in a folder that is not a repository."""
    with temporary_folder() as folder:
        # From a checkout Copier would render the newest tag instead of the files in it.
        yield copy_template(template_source(), folder / "template")


def copy_template(source: Path, destination: Path) -> Path:
    """Copy the files that projects are rendered from."""
    for part in PARTS:
        old, new = source / part, destination / part
        new.parent.mkdir(parents=True, exist_ok=True)
        if old.is_dir():
            shutil.copytree(old, new, ignore=shutil.ignore_patterns(*CACHES))
        else:
            shutil.copy2(old, new)
    return destination
