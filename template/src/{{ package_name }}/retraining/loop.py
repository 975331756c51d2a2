"""One run of the loop, to be read from top to bottom."""

from dataclasses import dataclass

from ..data import drop_unlabelled, frame_digest, load_rows
from ..deployment.delivery import deliver
from ..deployment.extension import find_extension
from ..deployment.pointer import Delivery
from ..monitoring.health import Health, evaluate_period
from ..pipelines.steps import prepare, train_and_register
from ..promotion.gate import Verdict
from ..promotion.promote import promote
from ..registry.versions import Version, fetch_run, list_versions
from ..settings import load_spec, read_settings
from .policy import RetrainingSettings, retraining_reason


@dataclass(frozen=True)
class LoopResult:
    """What one run of the loop measured, decided and delivered."""

    health: Health
    reason: str | None = None  # to train; None if there was none
    version: Version | None = None
    verdict: Verdict | None = None
    active: Delivery | None = None  # afterwards

    @property
    def trigger(self) -> str:
        """The reason in one or two words."""
        return "alarm" if self.health.alarm else str(self.reason)


def run_once(period: str | None = None) -> LoopResult:
    """Accept new data up to `period`, evaluate it, and retrain, evaluate and deliver if needed."""
    active = deliver()  # completes a delivery that a crash interrupted
    if active and active.challenger and (steps := find_extension("steps")):
        steps.advance()
    health = evaluate_period(prepare(period))
    reason = find_reason(health)
    version = train_and_register(health.period) if reason else None
    verdict = promote(version) if version else None
    return LoopResult(health, reason, version, verdict, deliver())


def find_reason(health: Health) -> str | None:
    """The reason to train a new version now, or None."""
    spec = load_spec()
    # Versions of another declaration were trained on other columns.
    runs = [run for run in map(fetch_run, list_versions()) if run.spec == spec.digest]
    trained = max((run.period for run in runs), default=None)
    changed = False
    if runs and not spec.time:
        changed = runs[-1].data != frame_digest(drop_unlabelled(spec, load_rows(spec)))
    settings = read_settings(RetrainingSettings, "retraining")
    return retraining_reason(health, trained, settings, changed)
