"""Starts and aborts upgrades: one at a time, and an upgrade that was killed is undone first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import RefusedError
from ..git.repository import Repository, find_repository
from ..template.answers_file import read_answers
from ..temporary_folders import delete_abandoned_folders
from .journal import Journal
from .locks import exclusive_lock

Backups = list[Path]  # of files that the user has changed since the upgrade


@contextmanager
def start_upgrade(project: Path, *, dry_run: bool) -> Iterator[tuple[Repository, Backups | None]]:
    """Lock the repository; if a killed upgrade is undone first, return its backups."""
    read_answers(project)
    repository = find_repository(project)
    journal = Journal(repository)
    if dry_run:
        if journal.exists and not journal.is_complete:
            raise RefusedError(
                f"An upgrade of {journal.record['project']} is running or was killed: "
                "mlops-init upgrade --abort restores the state before it."
            )
        _check_none_pending(journal)
        yield repository, None
        return
    with exclusive_lock(repository):
        backups = _undo_killed_upgrade(journal)
        _check_none_pending(journal)
        yield repository, backups


def abort_upgrade(project: Path) -> tuple[Path, Backups]:
    """Restore the state before an upgrade; return its project and the backups."""
    delete_abandoned_folders()
    repository = find_repository(project)
    journal = Journal(repository)
    with exclusive_lock(repository):
        upgraded = Path(journal.record["project"]) if journal.exists else repository.top
        if journal.exists and not journal.is_complete:
            _check_same_commit(journal)
        elif journal.exists and journal.head_has_moved:
            raise RefusedError(f"The upgrade of {upgraded} is committed: undo it with git revert.")
        elif not journal.is_pending:
            journal.discard()
            raise RefusedError(f"There is no upgrade to undo in {upgraded}.")
        return upgraded, journal.undo()


def _undo_killed_upgrade(journal: Journal) -> Backups | None:
    if not journal.exists:
        journal.discard()
    elif not journal.is_complete:
        _check_same_commit(journal)
        return journal.undo()
    return None


def _check_same_commit(journal: Journal) -> None:
    if journal.head_has_moved:
        commit = journal.record["head"][:12]
        raise RefusedError(
            f"An upgrade of {journal.record['project']} was killed at commit {commit}, which is "
            f"not checked out now: check it out, or remove {journal.folder} if nothing is missing."
        )


def _check_none_pending(journal: Journal) -> None:
    if journal.is_pending:
        raise RefusedError(
            f"An upgrade of {journal.record['project']} is staged: commit it, "
            "or undo it with mlops-init upgrade --abort."
        )
