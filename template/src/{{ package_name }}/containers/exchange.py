"""Moves releases between var/releases and a store. The pointer comes last."""

from contextlib import suppress

from ..deployment.pointer import Delivery, pointer_file, read_history
from ..deployment.release import DIGESTS, FileName, release_folder
from ..deployment.signing import SIGNATURE
from ..errors import InputError
from ..settings import NAME
from ..storage import atomic_file, atomic_folder, parse_record, sha256
from .store import ERRORS, Store

POINTER = "pointer.jsonl"
KEPT = 2  # releases that a server may need: the active one, and one it can fall back to
REMEDY = "run `releases push` on a machine that has the release"


def pull(store: Store) -> list[str]:
    """Take what is new in the store: the releases that are new on this machine."""
    store.refresh()
    stored = read_pointer(store)
    here = pointer_file().read_bytes() if pointer_file().is_file() else b""
    if here.startswith(stored):  # a rollback that was typed here stays
        return []
    if not stored.startswith(here):
        raise InputError(
            f"{pointer_file()} and the pointer in the store differ: delete the one that is wrong"
        )
    lines = [parse_record(Delivery, line, POINTER, REMEDY) for line in stored.splitlines()]
    rejected = {line.rejected for line in lines}
    allowed = [line for line in reversed(lines) if line.release not in rejected]
    names = named_releases([*lines[-1:], *allowed[:KEPT]])
    new = [name for name in names if not release_folder(name).exists()]
    for name in new:
        take_release(store, name)
    with atomic_file(pointer_file()) as part:
        part.write_bytes(stored)
    return new


def read_pointer(store: Store) -> bytes:
    """The pointer in the store; empty before the first push."""
    with suppress(*ERRORS):
        return store.read(POINTER)
    return b""


def take_release(store: Store, name: str) -> None:
    """Copy a release to this machine: all of it, or nothing."""
    try:
        digests = store.read(f"{name}/{DIGESTS}")
        files = {file: store.read(f"{name}/{file}") for file in parse_digests(digests, name)}
    except ERRORS as error:
        raise InputError(f"the store lacks a file of {name} ({error}): {REMEDY}") from None
    for file, digest in parse_digests(digests, name).items():
        if sha256(files[file]) != digest:
            raise InputError(
                f"{name}/{file} in the store is not the file that was released: {REMEDY}"
            )
    files[DIGESTS] = digests
    with suppress(*ERRORS):
        files[SIGNATURE] = store.read(f"{name}/{SIGNATURE}")
    with atomic_folder(release_folder(name)) as part:
        for file, content in files.items():
            (part / file).write_bytes(content)


def parse_digests(content: bytes, name: str) -> dict[str, str]:
    return parse_record(dict[FileName, str], content, f"{name}/{DIGESTS} in the store", REMEDY)


def push(store: Store) -> list[str]:
    """Add what is new on this machine to the store: the releases that were not in it."""
    history = read_history()
    if not history:
        raise InputError(f"nothing is released yet: run `{NAME} promote` first")
    store.refresh()
    content, stored = pointer_file().read_bytes(), read_pointer(store)
    if not content.startswith(stored):
        raise InputError(
            f"another machine made a delivery that {pointer_file()} lacks: get the releases of "
            "that machine first, then run this again"
        )
    new = [name for name in released_here(history) if not is_stored(store, name)]
    for name in new:
        files = sorted(release_folder(name).iterdir(), key=lambda file: file.name == DIGESTS)
        for file in files:  # the digests are last: a release that has them is complete
            store.write(f"{name}/{file.name}", file.read_bytes())
    store.write(POINTER, content)
    return new


def released_here(history: list[Delivery]) -> list[str]:
    """The releases in the history that are on this machine, oldest first."""
    return [name for name in named_releases(history) if release_folder(name).is_dir()]


def named_releases(lines: list[Delivery]) -> list[str]:
    """The releases that lines of the pointer name; a line of `canary` also names a challenger."""
    challengers = [getattr(line, "challenger", None) for line in lines]
    return list(dict.fromkeys(each.release for each in [*lines, *challengers] if each))


def is_stored(store: Store, name: str) -> bool:
    with suppress(*ERRORS):
        return bool(store.read(f"{name}/{DIGESTS}"))
    return False
