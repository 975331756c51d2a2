"""One turn of the loop, to be read from top to bottom."""

from dataclasses import dataclass

from ..data import digest, labelled, load
from ..deployment.delivery import deliver
from ..deployment.pointer import Pointer
from ..ingestion.snapshots import pull
from ..monitoring.health import Health, look
from ..pipelines import monthly
from ..promotion.gate import Verdict
from ..promotion.promote import promote
from ..registry.versions import Version, fetch, versions
from ..settings import load_spec, read
from ..validation.door import admit
from .policy import Settings, due


@dataclass(frozen=True)
class Turn:
    """What a turn saw, decided and delivered."""

    health: Health
    reason: str | None = None  # why it trained
    version: Version | None = None
    verdict: Verdict | None = None
    pointer: Pointer | None = None  # what serves after it

    @property
    def trigger(self) -> str:
        """The reason in a word."""
        return "alarm" if self.health.alarm else str(self.reason)


def turn(period: str | None = None) -> Turn:
    """Take in what has arrived up to `period`; train, judge and deliver if there is a reason to."""
    deliver()  # finishes what a crash left half done
    snapshots = pull(period)
    for snapshot in snapshots:
        admit(snapshot)
    health = look(snapshots[-1].period)
    reason, version = retrain(health)
    verdict = promote(version) if version else None
    return Turn(health, reason, version, verdict, deliver())


def retrain(health: Health) -> tuple[str | None, Version | None]:
    """(the reason to train, the version that came of it); (None, None) when there is none."""
    spec = load_spec()
    # A version of another declaration says nothing about these data.
    mine = [run for run in map(fetch, versions()) if run.spec == spec.digest]
    trained = max((run.period for run in mine), default=None)
    changed = bool(mine) and not spec.time and mine[-1].data != digest(labelled(spec, load(spec)))
    reason = due(health, trained, read(Settings, "retraining"), changed)
    return reason, monthly.run(health.period) if reason else None
