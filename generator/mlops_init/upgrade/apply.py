"""Applies a planned upgrade to the work tree and the index: completely, or not at all."""

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

from ..errors import RefusedError
from ..git.changes import ChangeKind
from ..git.files import (
    COMPILED,
    has_only_compiled_python,
    has_same_content,
    list_parents,
    replace_file,
)
from ..git.run import attempt
from .journal import MESSAGE, Journal
from .objects import ObjectStore, join_records
from .plan import Plan


def apply_plan(plan: Plan) -> None:
    """Write the journal, then change the files and the index; undo everything on an error."""
    journal = Journal(plan.objects.repository)
    try:
        _write_journal(journal, plan)
        journal.lock_index()
    except BaseException:  # nothing has changed yet
        journal.discard()
        raise
    try:
        _change_files(journal, plan)
    except BaseException as error:
        backups = journal.undo()
        if backups and isinstance(error, RefusedError):
            places = ", ".join(map(str, backups))
            raise RefusedError(f"{error} Your changes since then are in {places}") from error
        raise


def _write_journal(journal: Journal, plan: Plan) -> None:
    """Write the journal in a temporary folder, then rename it."""
    journal.discard()
    top, git_dir, paths = journal.repository.top, journal.repository.git_dir, [*plan.user_changes]
    new = journal.folder.with_suffix(".new")
    new.mkdir()
    shutil.copy2(git_dir / "index", new / "index.before")
    _write_new_index(plan, new)
    for path in paths:
        if os.path.lexists(top / path):
            (new / "before" / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(top / path, new / "before" / path, follow_symlinks=False)
    if (git_dir / MESSAGE).exists():
        shutil.copy2(git_dir / MESSAGE, new / "message.before")
    (new / "message.after").write_text(f"{plan.commit_message}\n", encoding="utf-8")
    record = {
        "head": plan.head,
        "project": str(plan.project),
        "paths": paths,
        "folders": [folder for folder in list_parents(paths) if (top / folder).is_dir()],
    }
    (new / "record.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
    (new / "token").touch()
    new.rename(journal.folder)


def _write_new_index(plan: Plan, journal: Path) -> None:
    """Write the index after the upgrade, and the new files, into the journal."""
    objects, changes = plan.objects, plan.user_changes
    shutil.copy2(journal / "index.before", journal / "index.after")
    environment = objects.environment | {"GIT_INDEX_FILE": str(journal / "index.after")}

    def run(*words: str, stdin: bytes) -> None:
        top = objects.repository.top
        result = attempt(*words, cwd=top, environment=environment, stdin=stdin)
        if result.status:
            raise RefusedError(f"git could not merge, nothing was changed: {result.error_message}")

    written = [path for path, each in changes.items() if each.kind is not ChangeKind.DELETED]
    entries = [f"{each.mode} {each.object}\t{path}" for path, each in changes.items()]
    update_index = ("update-index", "-z", "--index-info")
    run(*update_index, stdin=join_records(entries))  # mode 0 deletes a path
    words = ("checkout-index", f"--prefix={journal}/after/", "-z", "--stdin")
    run(*words, stdin=join_records(written))
    if stages := _list_conflict_stages(plan):
        run(*update_index, stdin=join_records(stages))


def _list_conflict_stages(plan: Plan) -> list[str]:
    entries, no_object = [], "0" * len(plan.merge.tree)
    for conflict in plan.merge.conflicts:
        if conflict.stages:
            entries.append(f"0 {no_object}\t{conflict.path}")
        for stage, (mode, object_) in sorted(conflict.stages.items()):
            entries.append(f"{mode} {object_} {stage}\t{conflict.path}")
    return entries


def _change_files(journal: Journal, plan: Plan) -> None:
    repository, folder = journal.repository, journal.folder
    top, changes = repository.top, plan.user_changes
    index_is_same = has_same_content(repository.git_dir / "index", folder / "index.before")
    if journal.head_has_moved or not index_is_same:
        raise RefusedError(f"{top} has changed during the upgrade: try again.")
    stages = (object_ for each in plan.merge.conflicts for _, object_ in each.stages.values())
    _store_objects(journal, plan.objects, [*(each.object for each in changes.values()), *stages])
    deleted = [path for path, each in changes.items() if each.kind is ChangeKind.DELETED]
    # Deletions come first, because a new folder may replace a file.
    for path in sorted(changes, key=lambda path: changes[path].kind is not ChangeKind.DELETED):
        if not has_same_content(top / path, folder / "before" / path):
            raise RefusedError(f"{top / path} has changed during the upgrade: try again.")
        replace_file(folder / "after" / path, top / path)
    _delete_empty_folders(journal, deleted)
    environment = {"GIT_INDEX_FILE": str(folder / "index.after")}
    refresh = ("update-index", "-q", "--unmerged", "--refresh")  # fails if there are conflicts
    attempt(*refresh, cwd=top, environment=environment)
    journal.install("index.after", "index")
    journal.install("message.after", MESSAGE)
    repository.index_lock.unlink()
    (folder / "staged").touch()


def _store_objects(journal: Journal, objects: ObjectStore, names: list[str]) -> None:
    """Copy the objects that the new index names into the repository."""
    for name in names:
        place = Path(name[:2], name[2:])
        source, target = objects.folder / "objects" / place, journal.repository.objects / place
        if source.exists() and not target.exists():
            target.parent.mkdir(exist_ok=True)
            shutil.copy2(source, journal.folder / "object")
            (journal.folder / "object").replace(target)


def _delete_empty_folders(journal: Journal, deleted: list[str]) -> None:
    """Delete folders that are empty now, with compiled Python, which could still be imported."""
    top = journal.repository.top
    for folder in list_parents(deleted, deepest_first=True):
        if has_only_compiled_python(top / folder):
            backup = journal.folder / "compiled" / folder / COMPILED
            backup.parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):  # on another file system it stays
                (top / folder / COMPILED).rename(backup)
        with suppress(OSError):  # not empty: it contains files of the user
            (top / folder).rmdir()
