"""Puts a declaration and its card into a project."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from ...errors import RefusedError
from ...git.run import attempt, git, git_records
from ..prepare import Declared
from .card import FOLDER

DECLARATION, CARD = "conf/data.yml", "docs/data-card.md"
PICTURES = f"docs/{FOLDER}"
# What was made of other data, and would be mixed with what comes.
STATE = ("data", "monitoring", "predictions", "predicted", "scored", "snapshots")


def write(declared: Declared, folder: Path, place: Path) -> str:
    """Write into `folder`, for a project that will lie at `place`; the source as declared."""
    source, where = declared.source, declared.where(place)
    if declared.wishes.copy:
        kept = folder / where
        kept.parent.mkdir(parents=True, exist_ok=True)
        if kept.resolve() != source:
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            copy(source, kept)
    _replace(folder / DECLARATION, declared.declaration(where))
    _replace(folder / CARD, declared.card())
    shutil.rmtree(folder / PICTURES, ignore_errors=True)
    for name, picture in declared.pictures.items():
        _replace(folder / PICTURES / name, picture)
    return where


def _replace(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)


def message(declared: Declared) -> str:
    """Of the commit."""
    return f"Declare {declared.source.name}, to predict {declared.plan.target}"


def check_safe(project: Path) -> None:
    """Refuse where what is written over could not be had back."""
    if attempt("rev-parse", "--verify", "HEAD", cwd=project).status:
        raise RefusedError(
            f"{project} is in no git repository with a commit: what {DECLARATION} says now could "
            "not be had back. git init, and commit it"
        )
    dirty = git_records("status", "--porcelain", "--", *_written(project), cwd=project)
    if dirty:
        raise RefusedError(f"{dirty[0][3:]} has changes: commit or stash them first.")


def _written(project: Path) -> list[str]:
    known = [DECLARATION, CARD, PICTURES]
    tracked = git_records("ls-files", "--", *known, cwd=project)
    return [each for each in known if (project / each).exists() or each in tracked] or known[:1]


def put_aside(project: Path) -> Path | None:
    """Move what was admitted, logged and seen of other data out of the way; the place it is at."""
    there = [name for name in STATE if (project / "var" / name).exists()]
    if not there:
        return None
    aside = project / "var/before" / datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    aside.mkdir(parents=True)
    for name in there:
        (project / "var" / name).rename(aside / name)
    return aside


def commit(project: Path, words: str) -> None:
    """An ordinary commit of the owner's, of these files alone."""
    written = [each for each in (DECLARATION, CARD, PICTURES) if (project / each).exists()]
    git("add", "--all", "--force", "--", *written, cwd=project)
    if attempt("diff", "--cached", "--quiet", "--", *written, cwd=project).status:
        git("commit", "--quiet", "--message", words, "--", *written, cwd=project)
