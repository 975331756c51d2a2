"""What is watched next to quality and drift: each a figure, a threshold and a sentence. Pure.

No check reads the clock of the machine: now is the newest time of the data and of the predictions
up to the end of the period, so an old period, or a replayed year, is as old as it was. Labels of an
old period may arrive later, so those that are due today count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import pandas as pd
from pydantic import Field

from ..formatting import format_count
from ..spec import DataSpec, FrozenModel, Time
from .repeats import repeat_increases

MIN_DAYS = 14  # of predictions, to know how many a day usually has
NOISE = 3  # standard errors of a share that are no alarm


class CheckSettings(FrozenModel):
    """The thresholds of the checks, in `conf/monitoring.yml`."""

    min_labels: int = Field(default=100, gt=0)
    min_label_coverage: float = Field(default=0.8, ge=0, le=1)
    min_volume_share: float = Field(default=0.5, ge=0)
    max_missing_increase: float = Field(default=0.1, ge=0)
    max_invalid_share: float = Field(default=0.01, ge=0)
    max_unseen_share: float = Field(default=0.05, ge=0)
    max_repeat_increase: float = Field(default=0.5, ge=0)
    max_age_days: int | None = Field(default=None, gt=0)


@dataclass(frozen=True)
class Check:
    """A figure and its threshold. It is an alarm of its own."""

    name: str
    value: float | None  # None: it cannot be computed, and the sentence says why
    threshold: float | None
    sentence: str
    is_alarm: bool = False


@dataclass(frozen=True)
class Times:
    """When there were rows, predictions and labels."""

    now: pd.Timestamp  # the newest time of the data and of the predictions up to the period
    first: pd.Timestamp  # day of the period
    last: pd.Timestamp
    daily: pd.Series  # how many predictions each day has, up to the period
    due: int  # predictions whose label is due, of the newest days with such predictions
    arrived: int  # how many of these have their label
    newest: dict[str, pd.Timestamp]  # data, labels and training rows of the active release


@dataclass(frozen=True)
class Checked:
    """What the checks of a period look at."""

    reference: pd.DataFrame  # features of the training rows, and their time
    current: pd.DataFrame  # features of the predictions of the period
    times: Times | None  # None if rows have no time, or nothing is logged


def check_labels(time: Time, due: int, arrived: int, settings: CheckSettings) -> Check:
    """The share of the predictions with a label, of those whose label is due."""
    name, threshold = "labels", settings.min_label_coverage
    hours = f"{time.label_delay_hours:g} hours after the prediction"
    text = f"{due:,} labels are due ({hours}), {arrived:,} have arrived, {due - arrived:,} overdue"
    if due < min(settings.min_labels, MIN_DAYS):
        return Check(name, None, threshold, f"{text}: too few are due to say more.")
    coverage = arrived / due
    return Check(name, coverage, threshold, f"{text}.", coverage < threshold)


def check_volume(
    daily: pd.Series, first: pd.Timestamp, last: pd.Timestamp, settings: CheckSettings
) -> Iterator[Check]:
    """Compares the days from the first to the last with the days before; `daily` counts rows."""
    before = daily[daily.index < first]
    if len(before):
        before = before.reindex(pd.date_range(before.index.min(), before.index.max()), fill_value=0)
    days = daily.reindex(pd.date_range(first, last), fill_value=0)
    if len(before) < MIN_DAYS:
        text = f"{format_count(len(before), 'earlier day')} with predictions are too few to compare"
        yield Check("volume", None, settings.min_volume_share, f"{text} the volume with.")
        return
    usual, average = float(before.mean()), float(days.mean())
    text = f"{average:,.0f} predictions a day, {usual:,.0f} in earlier periods."
    share = average / usual
    yield Check("volume", share, settings.min_volume_share, text, share < settings.min_volume_share)
    longest, silent = longest_gap(before), trailing_gap(days)
    pause = f"the longest earlier pause is {format_count(longest, 'day')}."
    text = f"{format_count(silent, 'day')} without predictions at the end; {pause}"
    yield Check("silence", silent, longest + 1, text, silent > longest + 1)


def longest_gap(daily: pd.Series) -> int:
    """The most days in a row without a prediction."""
    is_silent = daily == 0
    return int(is_silent.groupby((~is_silent).cumsum()).sum().max())


def trailing_gap(daily: pd.Series) -> int:
    """The days without a prediction at the end."""
    return int((daily[::-1].cumsum() == 0).sum())


def check_rows(
    spec: DataSpec, rows: pd.DataFrame, reference: pd.DataFrame, settings: CheckSettings
) -> Iterator[Check]:
    """What the values of the worst feature are that training had not, or not as often."""
    if rows.empty or reference.empty:
        return
    shares = measure_rows(spec, rows, reference)
    limits = {
        "missing": settings.max_missing_increase,
        "out of range": settings.max_invalid_share,
        "unseen": settings.max_unseen_share,
        "repeated": settings.max_repeat_increase,
    }
    for kind, limit in limits.items():
        if shares[kind]:
            yield worst_share(kind, shares[kind], limit, len(rows))


def measure_rows(
    spec: DataSpec, rows: pd.DataFrame, reference: pd.DataFrame
) -> dict[str, dict[str, float]]:
    """kind -> feature -> the share of its values, or how much higher than in training it is."""
    shares: dict[str, dict[str, float]] = {
        kind: {} for kind in ("missing", "out of range", "unseen")
    }
    for name, feature in spec.features.items():
        values, trained = rows[name], reference[name]
        shares["missing"][name] = float(values.isna().mean() - trained.isna().mean())
        if feature.type == "number":
            is_low = values < feature.min if feature.min is not None else False
            is_high = values > feature.max if feature.max is not None else False
            shares["out of range"][name] = float(pd.Series(is_low | is_high).mean())
        if feature.type == "category":
            unseen = values.notna() & ~values.isin(trained.unique())
            shares["unseen"][name] = float(unseen.mean())
    return shares | {"repeated": repeat_increases(spec, rows, reference)}


def worst_share(kind: str, shares: dict[str, float], limit: float, rows: int) -> Check:
    """The feature with the highest share. The threshold is higher for few rows."""
    feature = max(shares, key=lambda name: shares[name])
    share = shares[feature]
    threshold = limit + NOISE * sqrt(max(limit, 1 / rows) / rows)
    texts = {
        "missing": f"`{feature}` is missing in {share:+.1%} of the rows, compared with training.",
        "out of range": f"`{feature}` is out of its range in {share:.1%} of the rows.",
        "unseen": f"{share:.1%} of the rows have a `{feature}` that is not in the training rows.",
        "repeated": f"`{feature}` has the same value in {share:+.1%} of the rows, compared with "
        "the training periods.",
    }
    return Check(kind, share, threshold, texts[kind], share > threshold)


def check_ages(
    time: Time, newest: dict[str, pd.Timestamp], now: pd.Timestamp, settings: CheckSettings
) -> Iterator[Check]:
    """How old the newest data, labels and training rows of the active release are."""
    days = settings.max_age_days or MAX_AGE_DAYS[time.period]
    for name, moment in newest.items():
        if not pd.isna(moment):
            age = max(0, (now - moment).days)
            text = f"The newest {name} are {format_count(age, 'day')} old."
            yield Check(f"age of {name}", age, days, text, age > days)


def list_checks(spec: DataSpec, checked: Checked, settings: CheckSettings) -> list[Check]:
    """All checks of a period."""
    checks, times = [*check_rows(spec, checked.current, checked.reference, settings)], checked.times
    if spec.time is None or times is None:
        return checks
    return [
        check_labels(spec.time, times.due, times.arrived, settings),
        *check_volume(times.daily, times.first, times.last, settings),
        *checks,
        *check_ages(spec.time, times.newest, times.now, settings),
    ]


MAX_AGE_DAYS = {"day": 7, "week": 21, "month": 93, "quarter": 276, "year": 1098}  # by period
