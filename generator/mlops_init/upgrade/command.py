"""Raises or lowers a project in place: planned, staged under a journal, taken back by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import RefusedError
from ..git import repository
from ..git.repository import Repository
from ..template import render as projects
from .apply import stage
from .journal import Journal, alone
from .plan import Plan


@contextmanager
def begun(project: Path, dry: bool) -> Iterator[tuple[Repository, list[Path] | None]]:
    """Be the only upgrade of a repository; what a killed one, undone now, had to set aside."""
    projects.read_answers(project)
    here = repository.of(project)
    journal = Journal(here)
    if dry:
        if journal.exists and not journal.staged:
            raise RefusedError(
                f"An upgrade of {journal.record['project']} is at work or was killed: "
                "mlops-init upgrade --abort brings back the state before."
            )
        _check_settled(journal)
        yield here, None
        return
    with alone(here):
        undone = _recover(journal)
        _check_settled(journal)
        yield here, undone


def _recover(journal: Journal) -> list[Path] | None:
    if not journal.exists:
        journal.discard()
    elif not journal.staged:
        _check_here(journal)
        return journal.undo()
    return None


def _check_here(journal: Journal) -> None:
    if journal.moved_on:
        raise RefusedError(
            f"{journal.repository.top} has moved on from {journal.record['head'][:12]}, at which "
            f"an upgrade was killed: go back there, or remove {journal.folder} if all is well."
        )


def _check_settled(journal: Journal) -> None:
    if journal.pending:
        raise RefusedError(
            f"An upgrade of {journal.record['project']} is staged: commit it, "
            "or take it back with mlops-init upgrade --abort."
        )


def abort(project: Path) -> tuple[Path, list[Path]]:
    """Bring the state before an upgrade back: (the project, what was set aside for its owner)."""
    projects.clear_scratch()
    here = repository.of(project)
    journal = Journal(here)
    with alone(here):
        whose = Path(journal.record["project"]) if journal.exists else here.top
        if journal.exists and not journal.staged:
            _check_here(journal)
        elif journal.exists and journal.moved_on:
            raise RefusedError(f"The upgrade of {whose} was committed: git revert takes it back.")
        elif not journal.pending:
            journal.discard()
            raise RefusedError(f"There is no upgrade to take back in {whose}.")
        return whose, journal.undo()


def carry_out(plan: Plan) -> None:
    """Stage what was planned; whatever goes wrong, the state before is back."""
    stage(Journal(plan.store.repository), plan)
