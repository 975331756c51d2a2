"""Makes the champion the active release, and rolls back. Only this module writes the pointer."""

from collections.abc import Callable
from contextlib import suppress

from ..errors import InputError, warn
from ..registry.registration import restore_versions
from ..registry.versions import Version, get_champion, list_versions, reject, set_champion
from ..settings import NAME, var
from ..storage import DamagedFileError
from ..tracking.client import explain_mlflow_errors, mlflow_client
from .bundle import build_release
from .compatibility import check_compatible
from .extension import find_extension, has_extension
from .pointer import (
    Challenger,
    Delivery,
    append_delivery,
    read_active,
    read_history,
    rollback_target,
    utc_now,
)
from .release import CARD, Release, open_release, read_metadata, read_spec, release_folder

MAX_DESCRIPTION = 5000  # characters that MLflow stores
FirstStep = Callable[[Release], Challenger | None]


def deliver(allow_breaking: bool = False, first: FirstStep | None = None) -> Delivery | None:
    """Make the champion the active release. Safe to repeat, also after a crash.

    If another release is active, the first step may make the champion its challenger instead.
    """
    sync_registry()
    active, champion = correct_number(read_active()), get_champion()
    tried = active.challenger if active and has_extension() else None
    if champion is None or (active and champion.run in (active.release, tried and tried.release)):
        if active:  # its folder may have been deleted
            build_release(champion or Version(active.version, active.release))
        return correct_number(active)
    if active and champion.number < active.version:  # the registry is older than the pointer
        warn(f"version {active.version} stays the active release: the champion is older")
        return active
    build_release(champion)
    new = open_release(champion.run, champion.number)
    check_registered(champion, new)
    if active and not allow_breaking and release_folder(active.release).exists():
        check_compatible(read_spec(active.release), new.spec, champion.number)
    describe_version(champion.number, new.cards.get(CARD, ""))
    if active and (challenger := (first or configured_step)(new)):
        return try_challenger(active, challenger)
    return append_delivery(Delivery(champion.run, champion.number, utc_now()))


def correct_number(active: Delivery | None) -> Delivery | None:
    """The active release, with the number in its folder if the pointer has another one."""
    if active is None:
        return None
    number = active.version
    with suppress(OSError, DamagedFileError):
        number = read_metadata(active.release).version
    if number == active.version:
        return active
    warn(f"{active.release} is version {number}, not {active.version}: the pointer is corrected")
    line = Delivery(active.release, number, utc_now(), challenger=active.challenger)
    return append_delivery(line)


def configured_step(release: Release) -> Challenger | None:
    """The first step of each new release, if a capability releases step by step."""
    steps = find_extension("steps")
    challenger: Challenger | None = steps.configured_step(release) if steps else None
    return challenger


@explain_mlflow_errors()
def describe_version(number: int, card: str) -> None:
    """Make the model card the description of a version in the registry."""
    mlflow_client().update_model_version(NAME, str(number), card[:MAX_DESCRIPTION])


def check_registered(version: Version, release: Release) -> None:
    """InputError if the release does not hold the model that was registered."""
    if version.model and version.model != release.digest:
        folder, run = release_folder(version.run), var("runs", version.run)
        raise InputError(
            f"{folder} does not hold the model that was registered as version {version.number}: "
            f"delete it, and restore {run} if that is changed too"
        )


def rollback(reason: str) -> Delivery:
    """Undo the last delivery at once: end its challenger, or make the previous release active.

    `sync_registry` updates the registry.
    """
    active, target = read_active(), rollback_target()
    if active and active.challenger:
        return withdraw(active, reason)
    if active is None or target is None:
        raise InputError("there is no earlier release to roll back to")
    build_release(Version(target.version, target.release))  # its folder may have been deleted
    open_release(target.release, target.version)  # InputError if it is damaged
    line = Delivery(target.release, target.version, utc_now(), active.release, reason)
    return append_delivery(line)


def try_challenger(active: Delivery, challenger: Challenger) -> Delivery:
    """Begin a step of a challenger next to the active release."""
    line = Delivery(active.release, active.version, utc_now(), challenger=challenger)
    return append_delivery(line)


def promote(challenger: Challenger) -> Delivery:
    """Make a challenger the active release."""
    open_release(challenger.release, challenger.version)  # InputError if it is damaged
    return append_delivery(Delivery(challenger.release, challenger.version, utc_now()))


def withdraw(active: Delivery, reason: str) -> Delivery:
    """End the challenger of the active release."""
    rejected = active.challenger.release if active.challenger else None
    return append_delivery(Delivery(active.release, active.version, utc_now(), rejected, reason))


def sync_registry() -> None:
    """Reject every version that was rolled back, and make the one that replaced it champion.

    A registry that was lost is restored first.
    """
    restore_versions()
    history = read_history()
    rollbacks = [line for line in history if line.rejected]
    versions = {version.run: version for version in list_versions()} if rollbacks else {}
    for line in rollbacks:
        rejected, active = versions.get(str(line.rejected)), versions.get(line.release)
        if rejected is None or rejected.rejected:  # rejecting is the last step: all was done before
            continue
        if active and line == history[-1]:
            set_champion(active, active.passed or "rolled back to")
        reject(rejected, f"rolled back: {line.reason}")
