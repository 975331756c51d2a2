"""Writes the declaration and the data card into a project, and commits them."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from ...errors import RefusedError
from ...git.run import attempt, git, git_records
from ..prepared import PreparedData
from .data_card import PICTURES_FOLDER, format_card
from .declaration import format_declaration

DECLARATION, CARD = "conf/data.yml", "docs/reference/data-card.md"
PICTURES = f"docs/reference/{PICTURES_FOLDER}"
WRITTEN = (DECLARATION, CARD, PICTURES)
# Folders of var/ that hold rows and results of the declared data. Runs and releases stay.
RESULTS = ("canary", "data", "monitoring", "predictions", "predicted", "scored", "snapshots")


def write_files(prepared: PreparedData, folder: Path, project: Path) -> None:
    """Write into `folder`, which will be the folder `project`."""
    source = prepared.path_from(project)
    if prepared.request.copy:
        _copy_source(prepared.source, folder / source)
    _write_atomically(folder / DECLARATION, format_declaration(prepared, source))
    _write_atomically(folder / CARD, format_card(prepared))
    shutil.rmtree(folder / PICTURES, ignore_errors=True)
    for name, picture in prepared.pictures.items():
        _write_atomically(folder / PICTURES / name, picture)


def _copy_source(source: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    if copy.resolve() != source:
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, copy)


def _write_atomically(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)


def format_commit_message(prepared: PreparedData) -> str:
    return f"Declare {prepared.source.name} to predict {prepared.decisions.target}"


def check_restorable(project: Path) -> None:
    """RefusedError if the files that are about to be overwritten are not committed."""
    if attempt("rev-parse", "--verify", "HEAD", cwd=project).status:
        raise RefusedError(
            f"{project} has no git commit, so {DECLARATION} could not be restored: "
            "run git init, and commit it."
        )
    tracked = git_records("ls-files", "--", *WRITTEN, cwd=project)
    known = [path for path in WRITTEN if (project / path).exists() or path in tracked]
    changes = git_records("status", "--porcelain", "--", *(known or [DECLARATION]), cwd=project)
    if changes:
        raise RefusedError(f"{changes[0][3:]} has changes: commit or stash them first.")


def back_up_results(project: Path) -> Path | None:
    """Move rows and results of other data to var/backup; the folder, if there were any."""
    names = [name for name in RESULTS if (project / "var" / name).exists()]
    if not names:
        return None
    backup = project / "var/backup" / datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    backup.mkdir(parents=True)
    for name in names:
        (project / "var" / name).rename(backup / name)
    return backup


def commit_files(project: Path, message: str) -> None:
    """Commit these files, and nothing else that the user may have staged."""
    written = [path for path in WRITTEN if (project / path).exists()]
    git("add", "--all", "--force", "--", *written, cwd=project)
    if attempt("diff", "--cached", "--quiet", "--", *written, cwd=project).status:
        git("commit", "--quiet", "--message", message, "--", *written, cwd=project)
