"""One turn of the loop, to be read from top to bottom."""

from dataclasses import dataclass

from ..data import drop_unlabelled, frame_digest, load_rows
from ..deployment.delivery import deliver
from ..deployment.pointer import Delivery
from ..ingestion.snapshots import pull_snapshots
from ..monitoring.health import Health, evaluate_period
from ..pipelines import steps
from ..promotion.gate import Verdict
from ..promotion.promote import promote
from ..registry.versions import Version, fetch_run, list_versions
from ..settings import load_spec, read_settings
from ..validation.acceptance import accept_snapshot
from .policy import RetrainingSettings, retraining_reason


@dataclass(frozen=True)
class LoopResult:
    """What a turn saw, decided and delivered."""

    health: Health
    reason: str | None = None  # why it trained
    version: Version | None = None
    verdict: Verdict | None = None
    pointer: Delivery | None = None  # what serves after it

    @property
    def trigger(self) -> str:
        """The reason in a word."""
        return "alarm" if self.health.alarm else str(self.reason)


def run_once(period: str | None = None) -> LoopResult:
    """Take in what has arrived up to `period`; train, judge and deliver if there is a reason to."""
    deliver()  # finishes what a crash left half done
    snapshots = pull_snapshots(period)
    for snapshot in snapshots:
        accept_snapshot(snapshot)
    health = evaluate_period(snapshots[-1].period)
    reason, version = retrain(health)
    verdict = promote(version) if version else None
    return LoopResult(health, reason, version, verdict, deliver())


def retrain(health: Health) -> tuple[str | None, Version | None]:
    """(the reason to train, the version that came of it); (None, None) when there is none."""
    spec = load_spec()
    # A version of another declaration says nothing about these data.
    mine = [run for run in map(fetch_run, list_versions()) if run.spec == spec.digest]
    trained = max((run.period for run in mine), default=None)
    changed = (
        bool(mine)
        and not spec.time
        and mine[-1].data != frame_digest(drop_unlabelled(spec, load_rows(spec)))
    )
    reason = retraining_reason(
        health, trained, read_settings(RetrainingSettings, "retraining"), changed
    )
    return reason, steps.run(health.period) if reason else None
