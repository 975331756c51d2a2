"""Accepts or rejects a challenger. Pure: losses in, a verdict with its reasons out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from ..formatting import format_number
from ..metrics import resample_means
from ..spec import FrozenModel

if TYPE_CHECKING:
    from ..registry.versions import Version


class PromotionSettings(FrozenModel):
    """`conf/promotion.yml`."""

    min_units: int = Field(default=5, gt=1)
    margin: float = Field(default=0.01, ge=0)
    resamples: int = Field(default=1000, ge=100)


@dataclass(frozen=True)
class Rule:
    """One condition of the gate: what it needed, and what was measured."""

    name: str
    needed: str
    measured: str
    passed: bool
    champion: float | None = None
    challenger: float | None = None
    baseline: float | None = None


@dataclass(frozen=True)
class Verdict:
    """The decision of the gate. `rules` is empty if it was made without an evaluation."""

    accepted: bool
    reason: str
    rules: tuple[Rule, ...] = ()
    rows: int = 0  # holdout rows that the models were evaluated on
    window: str = ""  # the days of these rows

    @property
    def measured(self) -> str:
        """What the deciding rule measured, in a few words."""
        return deciding_rule(self.rules).measured if self.rules else self.reason


@dataclass(frozen=True)
class EvaluationLosses:
    """The loss of each evaluation row, shape (rows,), and the unit of each row, such as its day."""

    challenger: np.ndarray
    champion: np.ndarray | None
    baseline: np.ndarray
    units: np.ndarray
    unit: str = "days"
    is_root: bool = False  # the metric is the root of the mean loss

    def metric(self, mean_loss: float) -> float:
        return float(np.sqrt(mean_loss)) if self.is_root else float(mean_loss)


def earlier_verdict(challenger: "Version", champion: "Version | None") -> Verdict | None:
    """The verdict that needs no evaluation; None if the challenger must be evaluated."""
    if champion and champion.number == challenger.number:
        return Verdict(True, "it is the champion already")
    if challenger.rejected:
        return Verdict(False, f"it was rejected before: {challenger.rejected}")
    if champion and challenger.number < champion.number:
        return Verdict(False, f"it is older than the champion, version {champion.number}")
    return None


def evaluate_gate(losses: EvaluationLosses, settings: PromotionSettings, metric: str) -> Verdict:
    """Accepted if every rule passes; without a champion only the baseline must be beaten."""
    rules: tuple[Rule, ...] = (enough_units(losses, settings), beats_baseline(losses, metric))
    if losses.champion is not None:
        rules += (beats_champion(losses, losses.champion, settings, metric),)
    rule = deciding_rule(rules)
    reason = f"{rule.name}: {rule.measured}; needed: {rule.needed}"
    return Verdict(rule.passed, reason, rules, len(losses.challenger))


def deciding_rule(rules: tuple[Rule, ...]) -> Rule:
    """The first rule that failed, or the last one if all passed."""
    return next((rule for rule in rules if not rule.passed), rules[-1])


def enough_units(losses: EvaluationLosses, settings: PromotionSettings) -> Rule:
    """A gain on one lucky day is no evidence."""
    count = len(np.unique(losses.units))
    needed, measured = f"at least {settings.min_units}", f"{count:,} {losses.unit}"
    return Rule(f"{losses.unit} evaluated", needed, measured, count >= settings.min_units)


def beats_baseline(losses: EvaluationLosses, metric: str) -> Rule:
    """A model that is no better than the declared baseline is not worth its cost."""
    challenger, baseline = (
        losses.metric(each.mean()) for each in (losses.challenger, losses.baseline)
    )
    needed, measured = f"less than {format_number(baseline)}", format_number(challenger)
    passed = challenger < baseline
    return Rule(f"{metric}, baseline", needed, measured, passed, None, challenger, baseline)


def beats_champion(
    losses: EvaluationLosses, champion: np.ndarray, settings: PromotionSettings, metric: str
) -> Rule:
    """The gain must be larger than the margin, and larger than chance explains."""
    low, high = gain_interval(losses, champion, settings.resamples)
    old, new = (losses.metric(each.mean()) for each in (champion, losses.challenger))
    min_gain = settings.margin * old
    mean, lower, upper = (format_number(value, 2, "+") for value in (old - new, low, high))
    needed = f"interval above {format_number(min_gain, 2, '+')}"
    measured = f"{mean} (95 % interval {lower} to {upper})"
    return Rule(f"{metric}, gain", needed, measured, bool(low > min_gain), old, new)


def gain_interval(
    losses: EvaluationLosses, champion: np.ndarray, resamples: int
) -> tuple[float, float]:
    """The 95 % interval of the gain. Whole units are resampled: rows of a day are alike."""
    both = resample_means(np.stack([champion, losses.challenger]), losses.units, resamples)
    old, new = np.sqrt(both) if losses.is_root else both
    low, high = np.quantile(old - new, [0.025, 0.975])
    return float(low), float(high)
