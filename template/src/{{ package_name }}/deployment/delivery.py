"""The only writer of the pointer: the champion is the decision, the pointer its delivery."""

from ..errors import InputError
from ..registry.versions import get_champion, list_versions, reject, set_champion
from ..settings import NAME
from . import compatibility, pointer
from .bundle import build_release
from .pointer import Delivery
from .release import open_release, read_spec, release_folder


def deliver(new_contract: bool = False) -> Delivery | None:
    """Serve the champion. Safe to repeat, after a crash too: it looks at what is."""
    sync_registry()
    serving, crowned = pointer.read_active(), get_champion()
    if crowned is None or (serving and crowned.run == serving.release):
        return serving
    if not crowned.passed or crowned.rejected:
        raise InputError(
            f"version {crowned.number} is champion but has not passed the gate: "
            f"run `{NAME} promote` on a version that has"
        )
    build_release(crowned)
    declared = open_release(crowned.run).spec
    if serving and not new_contract and release_folder(serving.release).exists():
        compatibility.check_compatible(read_spec(serving.release), declared, crowned.number)
    return pointer.append_delivery(Delivery(crowned.run, crowned.number, pointer.utc_now()))


def rollback(reason: str) -> Delivery:
    """Serve the release before this one, at once; `settle` tells the registry."""
    serving, before = pointer.read_active(), pointer.rollback_target()
    if serving is None or before is None:
        raise InputError("there is nothing to go back to")
    back = open_release(before.release).metadata
    line = Delivery(back.release, back.version, pointer.utc_now(), serving.release, reason)
    return pointer.append_delivery(line)


def sync_registry() -> None:
    """Let the registry agree with every rollback: what was left is refused, not champion."""
    lines = [line for line in pointer.read_history() if line.rejected]
    known = {version.run: version for version in list_versions()} if lines else {}
    for line in lines:
        bad, good = known.get(str(line.rejected)), known.get(line.release)
        if bad is None or bad.rejected:  # refused is the last step: it was settled before
            continue
        if good and line == lines[-1]:
            set_champion(good, good.passed or "rolled back to")
        reject(bad, f"rolled back: {line.reason}")
