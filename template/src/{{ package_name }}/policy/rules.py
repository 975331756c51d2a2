"""Decides when to train again. Pure: the time of a decision is one of its facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from ..formatting import format_count, format_number
from ..monitoring.health import Health
from ..spec import NO_TIME
from .settings import RetrainingSettings

Effect = Literal["train", "warn", "wait", "none"]  # none: what the rule looks for is not there
Outcome = Literal["train", "wait", "none"]


@dataclass(frozen=True)
class Facts:
    """What a decision depends on."""

    health: Health
    now: datetime
    trained: str | None = None  # the newest period that a version was trained on
    has_changed: bool = False  # without a time column: other rows than those of that version
    new_rows: int = 0  # labelled rows that are more than that version was trained on
    last_run: datetime | None = None  # when the policy trained last, also if nothing was new
    trainings: tuple[datetime, ...] = ()  # when it trained each of its versions, oldest first


@dataclass(frozen=True)
class Rule:
    """What a rule of the policy says in a decision, with its figure."""

    name: str  # the setting in conf/retraining.yml
    effect: Effect
    sentence: str


@dataclass(frozen=True)
class Decision:
    """Whether to train, and what each rule says about it."""

    at: str  # UTC, ISO 8601
    period: str
    release: str | None  # the active one
    outcome: Outcome
    rules: list[Rule]
    version: int | None = None  # that was trained

    def sentences(self, effect: Effect) -> list[str]:
        return [rule.sentence for rule in self.rules if rule.effect == effect]

    @property
    def summary(self) -> str:
        """Why a version is trained, or why not."""
        reasons = "; ".join(self.sentences("train"))
        if self.outcome == "wait":
            return f"waits: {'; '.join(self.sentences('wait'))} (reason to train: {reasons})"
        return reasons or "no reason to train"


def decide(facts: Facts, settings: RetrainingSettings) -> Decision:
    """Train if at least one rule asks for it and none makes it wait."""
    rules = [*release_and_data_rules(facts, settings), *estimate_rules(facts, settings)]
    rules += [*regular_rules(facts, settings), *limits(facts, settings)]
    effects = {rule.effect for rule in rules}
    outcome: Outcome = "none"
    if "train" in effects:
        outcome = "wait" if "wait" in effects else "train"
    at = facts.now.astimezone(UTC).isoformat(timespec="seconds")
    return Decision(at, facts.health.period, facts.health.release, outcome, rules)


def check(name: str, effect: Effect, is_met: bool, sentence: str, otherwise: str = "") -> Rule:
    return Rule(name, effect, sentence) if is_met else Rule(name, "none", otherwise or sentence)


def release_and_data_rules(facts: Facts, settings: RetrainingSettings) -> Iterator[Rule]:
    health, trained = facts.health, facts.trained
    active = f"the active release is {health.release}"
    yield check("active release", "train", health.release is None, "no active release", active)
    quality = f"quality: {health.quality}"
    if health.error is not None and health.highest_error is not None:
        error, highest = format_number(health.error), format_number(health.highest_error)
        quality += f", error {error}, highest allowed {highest}"
    alarm = health.alarm or ""
    yield check("on_quality", settings.on_quality, bool(alarm), alarm, quality)
    if settings.every_period:
        is_new = trained is None or trained < health.period
        sentence = "new period" if is_new else "changed rows"
        otherwise = f"{trained} is the newest period, and a version was trained on it"
        if health.period == NO_TIME:
            otherwise = "no changed rows"
        yield check("every_period", "train", is_new or facts.has_changed, sentence, otherwise)


def estimate_rules(facts: Facts, settings: RetrainingSettings) -> Iterator[Rule]:
    """What is known before labels arrive."""
    for each in facts.health.checks:
        if each.name == "estimated error":
            figures = format_number(each.value), format_number(each.threshold)
            sentence = "error estimated at {}, highest allowed {}".format(*figures)
            action = settings.on_estimated_quality
            yield check("on_estimated_quality", action, each.is_alarm, sentence)
    share, highest = facts.health.drifted_share, settings.max_drifted_share
    if share is not None:
        sentence = f"{share:.0%} of the features drifted, highest allowed {highest:.0%}"
        yield check("on_drift", settings.on_drift, share > highest, sentence)


def regular_rules(facts: Facts, settings: RetrainingSettings) -> Iterator[Rule]:
    if settings.every_days:
        days = days_between(facts.last_run, facts.now) if facts.last_run else None
        sentence = "no training yet" if days is None else since_training(days, settings.every_days)
        is_due = days is None or days >= settings.every_days
        yield check("every_days", "train", is_due, sentence)
    if settings.every_rows:
        is_met = facts.new_rows >= settings.every_rows
        yield check("every_rows", "train", is_met, count_rows(facts, settings.every_rows))


def limits(facts: Facts, settings: RetrainingSettings) -> Iterator[Rule]:
    """What makes a training wait. Without an active release, only budget and quiet hours do."""
    trainings, now = facts.trainings, facts.now.astimezone(UTC)
    if facts.health.release is not None:
        if settings.min_new_rows:
            is_met = facts.new_rows < settings.min_new_rows
            yield check("min_new_rows", "wait", is_met, count_rows(facts, settings.min_new_rows))
        if settings.cooldown_days and trainings:
            days = days_between(trainings[-1], now)
            sentence = since_training(days, settings.cooldown_days)
            yield check("cooldown_days", "wait", days < settings.cooldown_days, sentence)
    if budget := settings.max_trainings_per_month:
        month = [each for each in trainings if f"{each:%Y-%m}" == f"{now:%Y-%m}"]
        sentence = f"{len(month)} of {format_count(budget, 'training')} in {now:%Y-%m}"
        yield check("max_trainings_per_month", "wait", len(month) >= budget, sentence)
    if settings.quiet_hours:
        sentence = f"{now:%H:%M} UTC, quiet hours {settings.quiet_hours}"
        yield check("quiet_hours", "wait", settings.is_quiet(now), sentence)


def since_training(days: int, needed: int) -> str:
    return f"{days} of {format_count(needed, 'day')} since the last training"


def count_rows(facts: Facts, needed: int) -> str:
    return f"{facts.new_rows:,} of {needed:,} new labelled rows"


def days_between(start: datetime, end: datetime) -> int:
    """Days of the calendar: a job that starts a minute earlier than last time is not too early."""
    return (end.astimezone(UTC).date() - start.astimezone(UTC).date()).days
