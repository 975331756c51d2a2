"""Reads what a period is evaluated from: parts of the data, of the labels and of the log."""

from contextlib import suppress

import pandas as pd

from ..errors import InputError
from ..labels.accepted import accepted_rows
from ..labels.join import labelled_keys, newest_labelled
from ..periods import row_days, row_periods
from ..predictions.days import period_days
from ..predictions.lines import RELEASE, VERSION
from ..predictions.reader import Log, Window
from ..spec import DataSpec
from .checks import Checked

REFERENCE_ROWS = 100_000  # of the training and the period, to compare: more change no score
HISTORY_DAYS = 366  # before a period, to compare its volume with


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


def select_period(spec: DataSpec, log: Log, period: str, days: int) -> tuple[Window, pd.DataFrame]:
    """(the predictions of the period, the newest labelled ones up to it), of any release."""
    first, after = period_days(spec, period)
    columns = [RELEASE, VERSION, *([spec.time.column] if spec.time else [])]
    labels = newest_labelled(spec, log, after, days, columns)
    release = labels[RELEASE].astype("category")  # there are few
    return log.window(first, after), labels.assign(**{RELEASE: release})


def read_reference(spec: DataSpec, period: str) -> pd.DataFrame:
    """The training rows up to a period; of many rows a sample."""
    _, after = period_days(spec, period)
    return accepted_rows(spec, [*spec.features], after, REFERENCE_ROWS)


def read_checked(
    spec: DataSpec, log: Log, predictions: Window, reference: pd.DataFrame, period: str
) -> Checked:
    """What the checks look at. Of the log before the period, only keys and times are read."""
    start, after = period_days(spec, period)
    if start is not None:
        start = f"{pd.Timestamp(start) - pd.Timedelta(days=HISTORY_DAYS):%Y-%m-%d}"
    columns = [spec.key, *([spec.time.column] if spec.time else [])]
    window = log.window(start, after)
    logged = window.frame(columns)
    return Checked(
        rows=accepted_rows(spec, [*columns[1:], spec.target]),
        reference=reference,
        current=predictions.sample(REFERENCE_ROWS, [*spec.features]),
        logged=logged,
        is_labelled=logged[spec.key].isin(labelled_keys(spec, window)),
    )
