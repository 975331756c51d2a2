"""Stages a merge in the owner's work tree: all of it, or as if nothing had happened."""

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

from ..errors import RefusedError
from ..git.run import attempt, said
from .journal import COMPILED, MESSAGE, Journal, compiled_only, parents, put, same
from .objects import Store, joined
from .plan import Plan


def stage(journal: Journal, plan: Plan) -> None:
    """Write the journal, then do what it says; whatever fails is undone."""
    try:
        _write(journal, plan)
        journal.lock_index()
    except BaseException:  # nothing was touched yet
        journal.discard()
        raise
    try:
        _carry_out(journal, plan)
    except BaseException as error:
        kept = journal.undo()
        if kept and isinstance(error, RefusedError):
            where = ", ".join(map(str, kept))
            raise RefusedError(f"{error} Kept what was written meanwhile: {where}") from error
        raise


def _write(journal: Journal, plan: Plan) -> None:
    """Prepare a journal beside its place, then give it its name."""
    journal.discard()
    top, git_dir, paths = journal.repository.top, journal.repository.git_dir, plan.owner
    new = journal.folder.with_suffix(".new")
    new.mkdir()
    shutil.copy2(git_dir / "index", new / "index.before")
    _prepare_index(plan, new)
    for path in paths:
        if os.path.lexists(top / path):
            (new / "before" / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(top / path, new / "before" / path, follow_symlinks=False)
    if (git_dir / MESSAGE).exists():
        shutil.copy2(git_dir / MESSAGE, new / "message.before")
    (new / "message.after").write_text(f"{plan.message}\n", encoding="utf-8")
    record = {
        "head": plan.head,
        "project": str(plan.project),
        "touched": list(paths),
        "folders": [each for each in parents(list(paths)) if (top / each).is_dir()],
    }
    (new / "record.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
    (new / "token").touch()
    new.rename(journal.folder)


def _prepare_index(plan: Plan, new: Path) -> None:
    store, merged = plan.store, plan.merged
    shutil.copy2(new / "index.before", new / "index.after")
    there_too = store.environment | {"GIT_INDEX_FILE": str(new / "index.after")}

    def run(*words: str, given: bytes = b"") -> None:
        done = attempt(*words, cwd=store.repository.top, environment=there_too, given=given)
        if done.status:
            raise RefusedError(f"git could not merge, nothing was changed: {said(done)}")

    there = [path for path, each in plan.owner.items() if each.what != "D"]
    lines = [f"{each.mode} {each.name}\t{path}" for path, each in plan.owner.items()]
    run("update-index", "-z", "--index-info", given=joined(lines))  # mode 0 takes a path away
    run("checkout-index", f"--prefix={new}/after/", "-z", "--stdin", given=joined(there))
    gone, lines = "0" * len(merged.tree), []
    for conflict in merged.conflicts:
        if conflict.stages:
            lines.append(f"0 {gone}\t{conflict.path}")
        for stage, (mode, name) in sorted(conflict.stages.items()):
            lines.append(f"{mode} {name} {stage}\t{conflict.path}")
    if lines:
        run("update-index", "-z", "--index-info", given=joined(lines))


def _carry_out(journal: Journal, plan: Plan) -> None:
    repository, folder = journal.repository, journal.folder
    if journal.moved_on or not same(repository.git_dir / "index", folder / "index.before"):
        raise RefusedError(f"{repository.top} was changed meanwhile: try again.")
    stages = (name for each in plan.merged.conflicts for _, name in each.stages.values())
    _keep_objects(journal, plan.store, [*(each.name for each in plan.owner.values()), *stages])
    # What goes goes first: a folder may come where a file was.
    for path in sorted(plan.owner, key=lambda each: plan.owner[each].what != "D"):
        if not same(repository.top / path, folder / "before" / path):
            raise RefusedError(f"{repository.top / path} was changed meanwhile: try again.")
        put(folder / "after" / path, repository.top / path)
    _leave_folders(journal, [path for path, each in plan.owner.items() if each.what == "D"])
    there = {"GIT_INDEX_FILE": str(folder / "index.after")}
    refresh = ("update-index", "-q", "--unmerged", "--refresh")  # says 1 where there are conflicts
    attempt(*refresh, cwd=repository.top, environment=there)
    journal.install("index.after", "index")
    journal.install("message.after", MESSAGE)
    repository.index_lock.unlink()
    (folder / "staged").touch()


def _keep_objects(journal: Journal, store: Store, names: list[str]) -> None:
    """Give the repository the objects that its index will name."""
    for name in names:
        place = Path(name[:2], name[2:])
        source, target = store.scratch / "objects" / place, journal.repository.objects / place
        if source.exists() and not target.exists():
            target.parent.mkdir(exist_ok=True)
            shutil.copy2(source, journal.folder / "object")
            (journal.folder / "object").replace(target)


def _leave_folders(journal: Journal, removed: list[str]) -> None:
    """Take away the folders that are empty now; compiled Python in them could still be imported."""
    top = journal.repository.top
    for folder in parents(removed, deepest_first=True):
        if compiled_only(top / folder):
            place = journal.folder / "swept" / folder / COMPILED
            place.parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):  # another file system: it stays
                (top / folder / COMPILED).rename(place)
        with suppress(OSError):  # not empty: its owner's
            (top / folder).rmdir()
