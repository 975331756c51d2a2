"""The only writer of the pointer: the champion is the decision, the pointer its delivery."""

from ..errors import InputError
from ..registry.versions import Version, champion, crown, refuse, versions
from ..settings import NAME
from . import pointer
from .bundle import build
from .pointer import Pointer
from .release import open_release


def deliver() -> Pointer | None:
    """Serve the champion. Safe to repeat, after a crash too: it looks at what is."""
    serving = pointer.read()
    if serving and serving.rejected:
        settle(serving)
    crowned = champion()
    if crowned is None or (serving and crowned.run == serving.release):
        return serving
    if not crowned.passed or crowned.refused:
        raise InputError(
            f"version {crowned.number} is champion but has not passed the gate: "
            f"run `{NAME} promote` on a version that has"
        )
    build(crowned)
    open_release(crowned.run)
    previous = serving.release if serving else None
    return pointer.write(Pointer(crowned.run, crowned.number, pointer.now(), previous))


def rollback(reason: str) -> Pointer:
    """Serve the previous release at once, which needs no registry; then let the registry agree."""
    serving = pointer.read()
    if serving is None or serving.previous is None:
        raise InputError(
            f"there is nothing to go back to (`{NAME} release` ends a rollback that was cut short)"
        )
    back = open_release(serving.previous).traces
    pointer.write(
        Pointer(back.release, back.version, pointer.now(), rejected=serving.release, reason=reason)
    )
    return deliver() or serving


def settle(serving: Pointer) -> None:
    """What was rolled back from is refused, and not champion."""
    bad, crowned = version_of(str(serving.rejected)), champion()
    if not bad.refused:
        refuse(bad, f"rolled back: {serving.reason}")
    if crowned and crowned.number == bad.number:
        good = version_of(serving.release)
        crown(good, good.passed or "rolled back to")


def version_of(run: str) -> Version:
    return next(version for version in versions() if version.run == run)
