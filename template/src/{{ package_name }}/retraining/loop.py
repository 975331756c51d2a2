"""One run of the loop, to be read from top to bottom."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ..data import drop_unlabelled, frame_digest, load_rows
from ..deployment.delivery import deliver
from ..deployment.extension import find_extension
from ..deployment.pointer import Delivery, read_active
from ..labels.accepted import accepted_rows
from ..monitoring.health import Health, evaluate_period
from ..periods import row_periods
from ..pipelines.steps import prepare, train_and_register
from ..policy.decisions import append_decision, read_decisions
from ..policy.rules import Decision, Facts, decide
from ..policy.settings import RetrainingSettings
from ..promotion.gate import Verdict
from ..promotion.promote import promote
from ..registry.versions import Version, fetch_readable_run, list_versions
from ..runs import Run
from ..settings import load_spec, read_settings
from ..spec import DataSpec

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class LoopResult:
    """What one run of the loop measured, decided and delivered."""

    health: Health
    decision: Decision
    version: Version | None = None  # that was trained, or that no gate has evaluated yet
    verdict: Verdict | None = None
    active: Delivery | None = None  # afterwards

    @property
    def trigger(self) -> str:
        """The first reason to train in one or two words."""
        first = next(iter(self.decision.sentences("train")), "evaluation")
        return "alarm" if first == self.health.alarm else first


def read_clock() -> datetime:
    return datetime.now(UTC)


def run_once(period: str | None = None, clock: Clock = read_clock) -> LoopResult:
    """Accept new data up to `period`, evaluate it, and retrain, evaluate and deliver if needed."""
    is_quiet = read_retraining_settings().is_quiet
    # It completes a delivery that a crash interrupted.
    active = read_active() if is_quiet(clock()) else deliver()
    if active and active.challenger and (steps := find_extension("steps")):
        steps.advance(only_withdraw=is_quiet(clock()))
    health = evaluate_period(prepare(period))
    decision, trained = train_if_needed(health, clock())
    version = trained or find_unevaluated()
    if is_quiet(clock()):  # a training may end in the quiet hours
        return LoopResult(health, decision, version, active=read_active())
    verdict = promote(version) if version else None
    return LoopResult(health, decision, version, verdict, deliver())


def train_if_needed(health: Health, now: datetime) -> tuple[Decision, Version | None]:
    """Decide, train and register if the policy says so, and record the decision."""
    decision, version = decide(read_facts(health, now), read_retraining_settings()), None
    try:
        if decision.outcome == "train":
            version = train_and_register(health.period)
    finally:  # a training that failed is recorded without a version
        decision = replace(decision, version=version.number if version else None)
        append_decision(decision)
    return decision, version


def read_facts(health: Health, now: datetime) -> Facts:
    """What the policy looks at: data, versions and earlier decisions."""
    spec = load_spec()
    newest = find_newest_run(spec)
    recorded = [
        (line.version, datetime.fromisoformat(line.at))
        for line in read_decisions()
        if line.version is not None
    ]
    first = dict(reversed(recorded))  # the same inputs give the same version: that costs nothing
    return Facts(
        health,
        now,
        trained=newest.period if newest else None,
        has_changed=newest is not None and not spec.time and newest.data != rows_digest(spec),
        new_rows=max(0, count_labelled(spec, health.period) - (newest.rows if newest else 0)),
        last_run=recorded[-1][1] if recorded else None,
        trainings=tuple(sorted(first.values())),
    )


def rows_digest(spec: DataSpec) -> str:
    return frame_digest(drop_unlabelled(spec, load_rows(spec)))


def find_newest_run(spec: DataSpec) -> Run | None:
    """The newest run of the newest period; those of another declaration had other columns."""
    readable = filter(None, map(fetch_readable_run, list_versions()))
    runs = [run for run in readable if run.spec == spec.digest]
    return max(reversed(runs), key=lambda run: run.period, default=None)


def count_labelled(spec: DataSpec, period: str) -> int:
    """The accepted rows up to a period that have a label."""
    columns = [spec.target, *([spec.time.column] if spec.time else [])]
    rows = drop_unlabelled(spec, accepted_rows(spec, columns))
    return int((row_periods(spec, rows) <= period).sum())


def find_unevaluated() -> Version | None:
    """The newest version if no gate has evaluated it, for example because of quiet hours."""
    newest = next(reversed(list_versions()), None)
    if newest is None or newest.passed or newest.rejected:
        return None
    run = fetch_readable_run(newest)
    return newest if run and run.spec == load_spec().digest else None


def read_retraining_settings() -> RetrainingSettings:
    return read_settings(RetrainingSettings, "retraining")
