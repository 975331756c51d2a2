"""Starts a challenger, moves it from step to step and ends it: each is a line of the pointer."""

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from ..data import drop_unlabelled, load_rows
from ..deployment.delivery import deliver, promote, try_challenger, withdraw
from ..deployment.pointer import Challenger, Delivery, read_active, read_history
from ..deployment.release import Release, read_spec
from ..errors import InputError
from ..settings import NAME, read_settings
from ..spec import DataSpec
from .comparison import compare
from .outcomes import Counts, canary_folder, read_counts, read_suspension
from .settings import CanarySettings


@dataclass(frozen=True)
class Status:
    """The challenger in its current step, and what the rules say."""

    active: Delivery
    step: int
    counts: Counts
    withdraw: str | None = None  # why it must end
    wait: str | None = None  # why the next step must wait
    next_share: float | None = None  # None: the next step is the whole traffic

    @property
    def challenger(self) -> Challenger:
        assert self.active.challenger
        return self.active.challenger


def canary_settings() -> CanarySettings:
    return read_settings(CanarySettings, "canary")


def configured_step(release: Release) -> Challenger | None:
    """The first step of each new release as `conf/canary.yml` says; None: the whole traffic."""
    settings = canary_settings()
    active = read_history()[-1]
    if settings.releases == "full" or not has_same_rows(active, release):
        return None
    shadow = settings.releases == "shadow"
    share = settings.shadow_share if shadow else settings.steps[0]
    return make_challenger(release, share, shadow)


def start(share: float | None, shadow: bool, allow_breaking: bool = False) -> Delivery:
    """Make the champion the challenger of the active release, or change its share."""
    share = canary_settings().shadow_share if share is None else share
    if read_active() is None:
        raise InputError(f"nothing is released yet: run `{NAME} release` first")
    active = deliver(allow_breaking, partial(first_step, share, shadow))
    if active is None or (challenger := active.challenger) is None:
        raise InputError(
            f"the champion has the whole traffic already: run `{NAME} promote --no-release` for a "
            "new version, then this command"
        )
    if reason := read_suspension(challenger.release):
        raise InputError(f"the servers suspended it ({reason}): run `{NAME} canary step`")
    if (challenger.share, challenger.shadow) == (share, shadow):
        return active
    return try_challenger(active, replace(challenger, share=share, shadow=shadow))


def first_step(share: float, shadow: bool, release: Release) -> Challenger:
    if not has_same_rows(read_history()[-1], release):
        raise InputError(
            f"version {release.metadata.version} has another declaration than the active release, "
            f"so a server cannot have both: run `{NAME} release`"
        )
    return make_challenger(release, share, shadow)


def has_same_rows(active: Delivery, release: Release) -> bool:
    return read_spec(active.release).digest == release.spec.digest


def make_challenger(release: Release, share: float, shadow: bool) -> Challenger:
    """A new challenger; what servers have counted of an earlier trial of it is deleted."""
    origin = release.metadata
    shutil.rmtree(canary_folder(origin.release), ignore_errors=True)
    low, high = target_limits(release.spec, origin.period)
    return Challenger(origin.release, origin.version, share, shadow, low, high)


def target_limits(spec: DataSpec, period: str) -> tuple[float | None, float | None]:
    """The range of the labels of the training, wider by a margin; none for classes."""
    if spec.is_classification:
        return None, None
    labels = drop_unlabelled(spec, load_rows(spec, until=period))[spec.target]
    low, high = float(labels.min()), float(labels.max())
    margin = canary_settings().range_margin * (high - low)
    return low - margin, high + margin


def read_status() -> Status:
    """InputError if there is no challenger."""
    history, active, settings = read_history(), read_active(), canary_settings()
    if active is None or active.challenger is None:
        raise InputError(f"there is no challenger: run `{NAME} release --canary PERCENT`")
    challenger, step = active.challenger, len(history)
    counts = read_counts(challenger.release, step)
    shares = [share for share in settings.steps if challenger.shadow or share > challenger.share]
    return Status(
        active,
        step,
        counts,
        read_suspension(challenger.release),
        reason_to_wait(settings, active, counts),
        shares[0] if shares else None,
    )


def reason_to_wait(settings: CanarySettings, active: Delivery, counts: Counts) -> str | None:
    """What a step must still have, or None."""
    minutes = (datetime.now(UTC) - datetime.fromisoformat(active.at)).total_seconds() / 60
    if minutes < settings.min_minutes:
        return f"{minutes:.0f} of {settings.min_minutes:g} minutes have passed"
    if counts.challenger < settings.min_answers:
        return f"{counts.challenger:,} of {settings.min_answers:,} answers are given"
    return None


def step(force: bool = False) -> Delivery:
    """Withdraw a challenger that servers suspended or labels show to be worse, or move it on.

    InputError if the step must not end yet.
    """
    status = read_status()
    if status.withdraw:
        return withdraw(status.active, status.withdraw)
    if status.wait and not force:
        raise InputError(f"the step must wait: {status.wait} (--force does not wait)")
    if not force and (result := compare(canary_settings())).verdict == "worse":
        what = f"{result.metric} {result.challenger:.4g} instead of {result.champion:.4g}"
        return withdraw(status.active, f"it is worse on {result.challenger_rows:,} labels: {what}")
    if status.next_share is None:
        return promote_challenger()
    challenger = replace(status.challenger, share=status.next_share, shadow=False)
    return try_challenger(status.active, challenger)


def promote_challenger() -> Delivery:
    """Make the challenger the active release."""
    status = read_status()
    if status.withdraw:
        raise InputError(f"the servers suspended it ({status.withdraw}): run `{NAME} canary step`")
    return promote(status.challenger)


def withdraw_challenger(reason: str) -> Delivery:
    return withdraw(read_status().active, reason)


def advance(only_withdraw: bool = False) -> Delivery:
    """What `loop` does: withdraw or move on if the rules say so. The last line of the pointer."""
    status = read_status()
    may_move_on = not (status.wait or only_withdraw)
    return step() if status.withdraw or may_move_on else status.active
