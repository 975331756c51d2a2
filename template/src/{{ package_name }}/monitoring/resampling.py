"""False alarms and detections of a threshold, in years resampled from days. Pure.

Days that follow each other are alike, so blocks of days are drawn and not single days.
"""

from dataclasses import dataclass

import numpy as np

BLOCK_DAYS = 7  # a week: its days differ, and the next week is alike
YEARS = 1000  # that are resampled
HIGHEST, STEP = 5.0, 0.005  # of the thresholds that are tried, and between them


@dataclass(frozen=True)
class Detection:
    """How fast an alarm follows when the error grows."""

    shift: float  # 0.2: the error is 20 % higher from one day on
    found: float  # the share of the resampled years with an alarm within one window
    days: float | None  # until the alarm, in half of the years; None if it is later or never


@dataclass(frozen=True)
class History:
    """The losses of each day on which a model was not trained."""

    losses: np.ndarray  # the sum of each day, as a share of the mean loss that is expected
    rows: np.ndarray
    power: int = 1  # of an error in its loss: 2 for the root of a mean

    def ratios(
        self, years: np.ndarray, window: int, shift: float = 0, start: int = 0
    ) -> np.ndarray:
        """error / expected error of each window of so many days, higher from a day on."""
        factors = np.ones(years.shape[1])
        factors[start:] = (1 + shift) ** self.power
        losses = moving_sums(self.losses[years] * factors, window)
        return (losses / moving_sums(self.rows[years], window)) ** (1 / self.power)

    def draw(self, years: int, days: int, seed: int) -> np.ndarray:
        """Years of so many days: the number of the day of the history, for each."""
        random, blocks = np.random.default_rng(seed), -(-days // BLOCK_DAYS)
        starts = random.integers(0, len(self.rows), (years, blocks, 1))
        drawn = (starts + np.arange(BLOCK_DAYS)) % len(self.rows)
        return drawn.reshape(years, -1)[:, :days]


def moving_sums(values: np.ndarray, window: int) -> np.ndarray:
    sums = np.cumsum(values, axis=1)
    sums[:, window:] -= sums[:, :-window].copy()
    return sums[:, window - 1 :]


def ending_ratio(ratio: float) -> float:
    """An alarm ends below this threshold, so that it does not end and begin all the time."""
    return (1 + ratio) / 2


def count_alarms(ratios: np.ndarray, ratio: float) -> np.ndarray:
    """How many alarms begin in each year, if it is evaluated each day."""
    is_alarm, alarms = np.zeros(len(ratios), bool), np.zeros(len(ratios), int)
    for day in ratios.T:
        begins = ~is_alarm & (day > ratio)
        alarms += begins
        is_alarm = (is_alarm | begins) & (day >= ending_ratio(ratio))
    return alarms


def find_ratio(history: History, window: int, days: int, alarms: float) -> float:
    """The lowest threshold with at most so many false alarms in a year of so many days."""
    ratios = history.ratios(history.draw(YEARS, days + window - 1, seed=0), window)
    low, high = 0, round((HIGHEST - 1) / STEP)
    while low < high:  # the alarms become fewer as the threshold rises
        middle = (low + high) // 2
        if count_alarms(ratios, 1 + middle * STEP).mean() > alarms:
            low = middle + 1
        else:
            high = middle
    return round(1 + low * STEP, 3)


def detect(history: History, window: int, ratio: float, shift: float, seed: int = 1) -> Detection:
    """What happens in the window of days after the error became higher."""
    years = history.draw(YEARS, 2 * window, seed)
    is_alarm = history.ratios(years, window, shift, start=window)[:, 1:] > ratio
    found = is_alarm.any(axis=1)
    days = np.where(found, is_alarm.argmax(axis=1) + 1.0, np.inf)
    median = float(np.median(days))
    return Detection(shift, float(found.mean()), median if np.isfinite(median) else None)
