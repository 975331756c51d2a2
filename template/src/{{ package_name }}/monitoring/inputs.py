"""Reads what a period is evaluated from: parts of the data, of the labels and of the log."""

from contextlib import suppress
from dataclasses import dataclass

import pandas as pd

from ..deployment.release import read_metadata
from ..errors import InputError
from ..labels.accepted import LABEL, accepted_rows
from ..labels.join import labelled_rows, newest_labelled
from ..periods import row_days, row_periods
from ..predictions.days import period_days
from ..predictions.lines import RELEASE, VERSION
from ..predictions.reader import Log, Window
from ..settings import read_settings
from ..spec import DataSpec
from .checks import Checked
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
    """The training rows up to a period; of many rows a sample."""
    _, after = period_days(spec, period)
    return accepted_rows(spec, [*spec.features], after, REFERENCE_ROWS)


def read_checked(inputs: Inputs, reference: pd.DataFrame) -> Checked:
    """What the checks look at. Of the log before the period, only times and labels are read."""
    spec = inputs.spec
    start, after = period_days(spec, inputs.period)
    if start is not None:
        start = f"{pd.Timestamp(start) - pd.Timedelta(days=HISTORY_DAYS):%Y-%m-%d}"
    time = [spec.time.column] if spec.time else []
    logged = labelled_rows(spec, inputs.log.window(start, after))
    return Checked(
        rows=accepted_rows(spec, [*time, spec.target]),
        reference=reference,
        current=inputs.predictions.sample(REFERENCE_ROWS, [*spec.features]),
        logged=logged,
        is_labelled=logged[LABEL],
    )
