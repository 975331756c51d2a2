"""Moves the state between var/ and the branch. A finished folder never changes, a file grows."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError
from ..settings import NAME, read_settings, var
from ..storage import atomic_file, atomic_folder
from . import branch
from .settings import Settings

if TYPE_CHECKING:
    from .index import Registry

REGISTRY = "registry.json"


def publish(on_progress: Callable[[str], None]) -> bool:
    """Add what is new here to the branch; False if another machine published first."""
    from . import index

    before = index.load(var("state", REGISTRY))
    if refused := refused_units(var()):
        raise InputError(next(iter(refused.values())))
    index.complete()
    now = index.export(before)
    for name in (damaged := branch.damaged_runs(var())):
        on_progress(f"{var(name)} is damaged and is not published: delete {var(name)}")
    with branch.checkout(on_progress) as (tip, folder):
        here = units(var(), runs=index.is_local())
        conflicts = copy([each for each in here if each not in damaged], var(), folder)
        if now != before:
            published = index.load(folder / REGISTRY)
            if published not in (before, now) or not before.runs <= now.runs:
                conflicts.append(REGISTRY)
            index.save(now, folder / REGISTRY)
        commit = "" if conflicts else branch.push(folder, tip)
    if not commit:
        names = ", ".join(conflicts) or "it pushed just now"
        on_progress(f"another machine was first ({names}): `{NAME} state restore`, and do it again")
        return False
    index.save(now, var("state", REGISTRY))
    on_progress(f"published {commit[:8]}")
    return True


def restore(on_progress: Callable[[str], None]) -> None:
    """Make this machine the same as the branch. Runs stay, what else is only here is moved."""
    from . import index

    before = index.load(var("state", REGISTRY))
    backup = var("state", datetime.now(UTC).strftime("backup-%Y%m%dT%H%M%S%f"))
    with branch.checkout(on_progress) as (tip, folder):
        if not tip:
            on_progress("there is no branch yet: the first publish creates it")
            return
        published = index.load(folder / REGISTRY)
        check_runs(published, folder)
        if refused := refused_units(folder):
            raise InputError(next(iter(refused.values())))
        names = [*units(folder), *units(var(), runs=False)]
        files = [each for each in names if is_file(each, folder) or is_file(each, var())]
        changed = [index.DATABASE] if index.export(before) != before else []
        changed += [each for each in names if each not in files]
        moved = copy(changed, folder, var(), backup)
        if index.is_local():
            index.rebuild(published)
            index.save(published, var("state", REGISTRY))
        # The pointer is last: if it was newer than the registry, the next command would undo it.
        moved += copy(files, folder, var(), backup)
    on_progress(f"restored {tip[:8]}")
    if moved:
        on_progress(f"moved to {backup}, because the branch lacks it: {', '.join(sorted(moved))}")


def check_runs(registry: "Registry", folder: Path) -> None:
    """InputError if a version has no run, neither on the branch nor here."""
    known = {run.name for place in (folder, var()) for run in place.glob("runs/*")}
    if lost := {run for _, run in registry.runs} - known:
        raise InputError(
            f"{REGISTRY} names runs that are not on the branch: {sorted(lost)}: run "
            f"`{NAME} state publish` on a machine that has them"
        )


def fetch(on_progress: Callable[[str], None]) -> None:
    """Take what is new on the branch. What is changed here stays as it is."""
    with branch.checkout(on_progress) as (_, folder):
        refused = refused_units(folder)
        for message in refused.values():
            on_progress(f"not taken from the branch: {message}")
        for unit in copy([each for each in units(folder) if each not in refused], folder, var()):
            on_progress(f"changed here and on the branch, left as it is here: {unit}")


def copy(names: list[str], source: Path, target: Path, backup: Path | None = None) -> list[str]:
    """Copy what is new. Return what both changed: it moves to the backup, or stays as it is."""
    conflicts = []
    for unit in names:
        new, old = read_unit(source / unit), read_unit(target / unit)
        if new == old or (backup is None and extends(old, new)):
            continue
        if (target / unit).is_dir() or not extends(new, old):
            conflicts.append(unit)
            if backup:
                (backup / unit).parent.mkdir(parents=True, exist_ok=True)
                (target / unit).rename(backup / unit)
            if not (backup and new):
                continue
        with (atomic_file if "." in new else atomic_folder)(target / unit) as part:
            for name, content in new.items():
                (part / name).parent.mkdir(parents=True, exist_ok=True)
                (part / name).write_bytes(content)
    return conflicts


def units(folder: Path, *, runs: bool = True) -> list[str]:
    """Return the folders and files that belong to the state."""
    include = [each for each in read_settings(Settings, "state").include if runs or each != "runs"]
    paths = [path for name in include for path in folder.glob(f"{name}/[!.]*")]
    # Files are last, because a pointer names a folder that must be there before it.
    return [path.relative_to(folder).as_posix() for path in sorted(sorted(paths), key=Path.is_file)]


def is_file(unit: str, folder: Path) -> bool:
    return (folder / unit).is_file()


def refused_units(folder: Path) -> dict[str, str]:
    """unit -> why the signatures of a capability (`*/signing.py`) refuse it."""
    refused = {}
    for file in Path(__file__).parents[1].glob("*/signing.py"):
        signing = import_module(f"...{file.parent.name}.signing", __name__)
        for unit in units(folder):
            try:
                signing.check_folder(folder / unit)
            except InputError as error:
                refused[unit] = str(error)
    return refused


def read_unit(unit: Path) -> dict[str, bytes]:
    exclude = read_settings(Settings, "state").exclude
    paths = [path for path in (unit, *unit.rglob("*")) if not any(map(path.match, exclude))]
    return {str(path.relative_to(unit)): path.read_bytes() for path in paths if path.is_file()}


def extends(new: dict[str, bytes], old: dict[str, bytes]) -> bool:
    return all(new.get(name, b"").startswith(content) for name, content in old.items())
