"""Sets the thresholds of the alarms from history, for a wanted number of false alarms a year."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial

import numpy as np
import pandas as pd

from ..backtest import run_backtest
from ..data import drop_unlabelled, load_rows
from ..deployment import pointer
from ..errors import InputError
from ..evaluation import Evaluation, row_losses
from ..periods import row_days
from ..promotion.window import describe_days
from ..registry.versions import fetch_run, find_version
from ..runs import Run
from ..settings import NAME, load_spec, read_settings
from ..spec import DataSpec
from ..storage import atomic_file, write_json
from ..training import TrainingSettings, fit_model
from .estimation import save_estimator
from .quality import MAX_WINDOW_PERIODS, evaluation_window
from .resampling import (
    BLOCK_DAYS,
    YEARS,
    Detection,
    History,
    count_alarms,
    detect,
    find_ratio,
)
from .thresholds import Calibration, MonitoringSettings, calibration_file

MIN_BLOCKS = 4  # from fewer, resampled years are all alike
SHIFTS = (0.1, 0.2, 0.5)  # the error is so much higher
DETECTABLE, DETECTED = 0.2, 0.95  # the window is as long as needed to find this shift so often


def calibrate(on_progress: Callable[[str], None]) -> Calibration:
    """Set the thresholds from the backtest of the active release, and save them."""
    spec, active = load_spec(), pointer.read_active()
    if active is None:
        raise InputError(f"no release is active, so there is no history: run `{NAME} loop` first")
    if spec.time is None:
        raise InputError(
            "without a time in conf/data.yml there are no days to resample: "
            "set max_error_ratio in conf/monitoring.yml"
        )
    run = fetch_run(find_version(active.version))
    if run.spec != spec.digest:
        raise InputError(f"conf/data.yml has changed since {run.id} was trained: train again")
    settings = read_settings(MonitoringSettings, "monitoring")
    backtest = repeat_backtest(spec, run, on_progress)
    on_progress(f"resampling {YEARS:,} years")
    calibration = calibrate_quality(spec, run, backtest, settings)
    if backtest:
        save_estimator(spec, run.id, backtest)
    with atomic_file(calibration_file()) as file:
        write_json(asdict(calibration), file)
    return calibration


def repeat_backtest(
    spec: DataSpec, run: Run, on_progress: Callable[[str], None]
) -> Evaluation | None:
    """The backtest of a run. A run keeps the metrics of its periods, not the loss of each row."""
    frame = drop_unlabelled(spec, load_rows(spec, until=run.period))
    params = run.params | ({"estimator": run.estimator} if run.estimator else {})
    settings = TrainingSettings.model_validate(run.evaluation)
    limits = settings.backtest_periods, settings.backtest_rows
    return run_backtest(spec, frame, partial(fit_model, spec, params), *limits, on_progress)


def calibrate_quality(
    spec: DataSpec, run: Run, backtest: Evaluation | None, settings: MonitoringSettings
) -> Calibration:
    days = 0 if backtest is None else row_days(spec, backtest.rows).nunique()
    if backtest is None or days < MIN_BLOCKS * BLOCK_DAYS:
        raise InputError(
            f"the backtest of {run.id} has {days} days, and {MIN_BLOCKS * BLOCK_DAYS} are needed: "
            "calibrate when more periods have arrived, or set max_error_ratio"
        )
    history, days_a_year = read_history(spec, backtest), count_days_a_year(spec, backtest.rows)
    wanted = settings.false_alarms_per_year
    window, ratio, detections = choose_window(
        history, days_a_year, wanted, list_windows(spec, backtest.rows, settings)
    )
    others = history.draw(YEARS, days_a_year + window - 1, seed=2)
    return Calibration(
        run.id,
        spec.digest,
        describe_days(spec, backtest.rows) or "",
        days,
        wanted,
        float(count_alarms(history.ratios(others, window), ratio).mean()),
        window,
        ratio,
        detections,
    )


def read_history(spec: DataSpec, backtest: Evaluation) -> History:
    """The losses of each day, relative to the period; each period counts as the worst one.

    An alarm compares the error with that of the worst period, so a healthy release is at worst
    in a year in which every period is like it.
    """
    losses = pd.Series(row_losses(spec, backtest.rows[spec.target], backtest.predictions))
    periods = backtest.periods.reset_index(drop=True)
    relative = losses / losses.groupby(periods).transform("mean").clip(lower=np.finfo(float).tiny)
    days = relative.groupby(row_days(spec, backtest.rows).to_numpy()).agg(["sum", "size"])
    power = 2 if spec.metric == "rmse" else 1
    return History(days["sum"].to_numpy(), days["size"].to_numpy(float), power)


def count_days_a_year(spec: DataSpec, rows: pd.DataFrame) -> int:
    """How many days of a year have rows; each is an evaluation."""
    days = row_days(spec, rows)
    span = (days.max() - days.min()).days + 1
    return max(1, round(days.nunique() / span * 365))


def list_windows(spec: DataSpec, rows: pd.DataFrame, settings: MonitoringSettings) -> list[int]:
    """The lengths of the window that are tried, the shortest first."""
    days, _ = evaluation_window(spec, rows, settings)
    return [settings.window_days or days * times for times in range(1, MAX_WINDOW_PERIODS + 1)]


def choose_window(
    history: History, days_a_year: int, wanted: float, windows: list[int]
) -> tuple[int, float, list[Detection]]:
    """(the shortest window that finds the shift, its threshold, what it detects)."""
    for window in windows:
        ratio = find_ratio(history, window, days_a_year, wanted)
        detections = [detect(history, window, ratio, shift) for shift in SHIFTS]
        if any(each.shift == DETECTABLE and each.found >= DETECTED for each in detections):
            break
    return window, ratio, detections
