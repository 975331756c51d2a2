"""Reads what a period is evaluated from: parts of the data, of the labels and of the log."""

from contextlib import suppress
from dataclasses import dataclass

import pandas as pd

from ..deployment.release import read_metadata
from ..errors import InputError
from ..labels.accepted import accepted_rows, accepted_times
from ..labels.join import count_labels, newest_labelled
from ..periods import row_days, row_periods
from ..predictions.days import period_days
from ..predictions.lines import RELEASE, VERSION
from ..predictions.reader import Log, Window
from ..settings import read_settings
from ..spec import DataSpec
from .checks import Checked, Times
from .quality import evaluation_window
from .thresholds import MonitoringSettings, with_calibration

REFERENCE_ROWS = 100_000  # of the training and the period, to compare: more change no score
HISTORY_DAYS = 366  # before a period, to compare its volume with


@dataclass(frozen=True)
class Inputs:
    """What a period is evaluated from."""

    spec: DataSpec
    settings: MonitoringSettings
    log: Log
    period: str
    release: str  # the active one
    trained: str  # the last period that it was trained on
    window: tuple[int, int]  # days whose labels are compared, and how many labels are needed
    predictions: Window  # of the period
    labels: pd.DataFrame  # the newest labelled predictions up to the period, with loss


def find_period(spec: DataSpec, rows: pd.DataFrame, log: Log, period: str | None) -> str:
    """The period if there are rows or predictions of it; by default the newest with rows."""
    known = {*row_periods(spec, rows if spec.time is None else distinct_days(spec, rows))}
    if period is None or period in known:
        return period or max(known)
    with suppress(ValueError):
        if log.window(*period_days(spec, period)).count():
            return period
    raise InputError(f"there is nothing of {period}: there are {min(known)} to {max(known)}")


def distinct_days(spec: DataSpec, rows: pd.DataFrame) -> pd.DataFrame:
    return row_days(spec, rows).drop_duplicates().to_frame()


def read_inputs(spec: DataSpec, log: Log, rows: pd.DataFrame, period: str, release: str) -> Inputs:
    """The predictions of the period and the newest labelled ones up to it, of any release."""
    settings = with_calibration(spec, read_settings(MonitoringSettings, "monitoring"))
    window = evaluation_window(spec, rows, settings)
    first, after = period_days(spec, period)
    columns = [RELEASE, VERSION, *([spec.time.column] if spec.time else [])]
    labels = newest_labelled(spec, log, after, window[0], columns)
    labels[RELEASE] = labels[RELEASE].astype("category")  # there are few
    trained = read_metadata(release).period
    predictions = log.window(first, after)
    return Inputs(spec, settings, log, period, release, trained, window, predictions, labels)


def read_reference(spec: DataSpec, period: str) -> pd.DataFrame:
    """Features and time of the training rows up to a period; of many rows a sample."""
    _, after = period_days(spec, period)
    columns = dict.fromkeys([*spec.features, *([spec.time.column] if spec.time else [])])
    return accepted_rows(spec, [*columns], after, REFERENCE_ROWS)


def read_checked(inputs: Inputs, reference: pd.DataFrame) -> Checked:
    """What the checks look at."""
    current = inputs.predictions.sample(REFERENCE_ROWS, [*inputs.spec.features])
    return Checked(reference, current, read_times(inputs))


def read_times(inputs: Inputs) -> Times | None:
    """When there were rows, predictions and labels: they are counted where they are stored."""
    spec, time = inputs.spec, inputs.spec.time
    start, after = period_days(spec, inputs.period)
    if time is None or start is None:
        return None
    logged = inputs.log.count_by_day(days_before(start, HISTORY_DAYS), after)
    if logged.empty:
        return None
    of_period, (first, last) = logged[start:], accepted_times(spec, start, after)
    delay = pd.Timedelta(hours=time.label_delay_hours)
    newest = {
        "data": accepted_times(spec, before=after)[1],
        "labels": accepted_times(spec, before=after, labelled=True)[1] + delay,
        "training rows": accepted_times(spec, before=period_days(spec, inputs.trained)[1])[1],
    }
    now, today = (
        max(filter(pd.notna, (moment, logged["last"].max())))
        for moment in (newest["data"], accepted_times(spec)[1])
    )
    return Times(
        now,
        min(filter(pd.notna, (first, of_period["first"].min()))).normalize(),
        max(filter(pd.notna, (last, of_period["last"].max()))).normalize(),
        logged["rows"],
        *count_due(inputs, logged, today - delay, after),
        newest,
    )


def count_due(
    inputs: Inputs, logged: pd.DataFrame, until: pd.Timestamp, after: str | None
) -> tuple[int, int]:
    """(predictions whose label is due, how many have it) of the newest days with due labels."""
    is_due = logged["first"] <= until
    if not is_due.any():
        return 0, 0
    start = days_before(logged.index[is_due].max(), inputs.window[0] - 1)
    return count_labels(inputs.spec, inputs.log.window(start, after), until)


def days_before(day: str | pd.Timestamp, days: int) -> str:
    return f"{pd.Timestamp(day) - pd.Timedelta(days=days):%Y-%m-%d}"
