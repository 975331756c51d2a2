"""The only writer of the pointer: the champion is the decision, the pointer its delivery."""

from ..errors import InputError
from ..registry.versions import champion, crown, refuse, versions
from ..settings import NAME
from . import clients, pointer
from .bundle import build
from .pointer import Pointer
from .release import folder, open_release, read_spec


def deliver(new_contract: bool = False) -> Pointer | None:
    """Serve the champion. Safe to repeat, after a crash too: it looks at what is."""
    settle()
    serving, crowned = pointer.read(), champion()
    if crowned is None or (serving and crowned.run == serving.release):
        return serving
    if not crowned.passed or crowned.refused:
        raise InputError(
            f"version {crowned.number} is champion but has not passed the gate: "
            f"run `{NAME} promote` on a version that has"
        )
    build(crowned)
    declared = open_release(crowned.run).spec
    if serving and not new_contract and folder(serving.release).exists():
        clients.check(read_spec(serving.release), declared, crowned.number)
    return pointer.write(Pointer(crowned.run, crowned.number, pointer.now()))


def rollback(reason: str) -> Pointer:
    """Serve the release before this one, at once; `settle` tells the registry."""
    serving, before = pointer.read(), pointer.previous()
    if serving is None or before is None:
        raise InputError("there is nothing to go back to")
    back = open_release(before.release).traces
    line = Pointer(back.release, back.version, pointer.now(), serving.release, reason)
    return pointer.write(line)


def settle() -> None:
    """Let the registry agree with every rollback: what was left is refused, not champion."""
    lines = [line for line in pointer.history() if line.rejected]
    known = {version.run: version for version in versions()} if lines else {}
    for line in lines:
        bad, good = known.get(str(line.rejected)), known.get(line.release)
        if bad is None or bad.refused:  # refused is the last step: it was settled before
            continue
        if good and line == lines[-1]:
            crown(good, good.passed or "rolled back to")
        refuse(bad, f"rolled back: {line.reason}")
