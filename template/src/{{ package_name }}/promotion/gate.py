"""Judge a challenger. Pure: losses in, a verdict with its reasons out."""

from dataclasses import dataclass

import numpy as np
from pydantic import Field

from ..spec import FrozenModel


class PromotionSettings(FrozenModel):
    """`conf/promotion.yml`."""

    window_days: int = Field(default=31, gt=0)  # how far back the judged rows go
    margin: float = Field(default=0.01, ge=0)  # the least gain, as a share of the champion's loss
    min_units: int = Field(default=5, gt=1)  # judged days, or rows where there is no time
    resamples: int = Field(default=1000, ge=100)


@dataclass(frozen=True)
class Rule:
    """One line of a verdict."""

    name: str
    champion: float | None
    challenger: float
    needs: str
    found: str
    passed: bool


@dataclass(frozen=True)
class Verdict:
    """What the gate says, and the rule that decided; `rules` is empty when nothing was judged."""

    accepted: bool
    reason: str
    rules: tuple[Rule, ...] = ()
    rows: int = 0
    window: str = ""

    @property
    def decided(self) -> str:
        """What the deciding rule found, in a few words."""
        if not self.rules:
            return self.reason
        failed = [rule for rule in self.rules if not rule.passed]
        return (failed or [self.rules[-1]])[0].found


@dataclass(frozen=True)
class EvaluationLosses:
    """The loss of each judged row, shape (rows,), and the unit (day) each row belongs to."""

    challenger: np.ndarray
    champion: np.ndarray | None
    guess: np.ndarray
    units: np.ndarray
    unit: str = "days"


def evaluate_gate(losses: EvaluationLosses, settings: PromotionSettings, metric: str) -> Verdict:
    """Accepted if every rule passes; without a champion a guess must be beaten."""
    rules = [enough_units(losses, settings), beats_baseline(losses, metric)]
    if losses.champion is not None:
        rules.append(gains_enough(losses, losses.champion, settings, metric))
    failed = [rule for rule in rules if not rule.passed]
    told = (failed or [rules[-1]])[0]
    reason = f"{told.name}: {told.found}, needs {told.needs}"
    return Verdict(not failed, reason, tuple(rules), len(losses.challenger))


def enough_units(losses: EvaluationLosses, settings: PromotionSettings) -> Rule:
    """A gain on one lucky day says nothing."""
    found, least = len(np.unique(losses.units)), settings.min_units
    name, words = f"{losses.unit} judged", f"{found} {losses.unit}"
    return Rule(name, None, found, f"{least} or more", words, found >= least)


def beats_baseline(losses: EvaluationLosses, metric: str) -> Rule:
    new, guess = float(losses.challenger.mean()), float(losses.guess.mean())
    needs, found = f"less than {format_number(guess)}", format_number(new)
    return Rule(f"{metric} beside a guess", None, new, needs, found, new < guess)


def gains_enough(
    losses: EvaluationLosses, champion: np.ndarray, settings: PromotionSettings, metric: str
) -> Rule:
    """The gain must be more than the margin, and more than chance would give."""
    gain = champion - losses.challenger
    low, high = bootstrap_interval(gain, losses.units, settings.resamples)
    old, new = float(champion.mean()), float(losses.challenger.mean())
    least = settings.margin * old
    mean, least_gain, most = (format_number(each, 2, "+") for each in (gain.mean(), low, high))
    found = f"{mean} [{least_gain}, {most}]"
    return Rule(
        f"{metric}, gain", old, new, f"over {format_number(least, 2)}", found, bool(low > least)
    )


def format_number(value: float, digits: int = 4, sign: str = "") -> str:
    """A number of so many digits: 31,380 where `g` would say 3.138e+04."""
    return f"{value:{sign},.0f}" if abs(value) >= 10**digits else f"{value:{sign}.{digits}g}"


def bootstrap_interval(gain: np.ndarray, units: np.ndarray, resamples: int) -> tuple[float, float]:
    """95 % interval of the mean gain, by resampling whole units: rows of one day are alike."""
    _, index = np.unique(units, return_inverse=True)
    sums, counts = np.bincount(index, weights=gain), np.bincount(index)
    drawn = np.random.default_rng(0).integers(0, len(sums), (resamples, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
