"""The thresholds that `monitor calibrate` has set."""

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from ..settings import NAME, var
from ..spec import DataSpec
from ..storage import read_record
from .checks import CheckSettings
from .resampling import Detection

ERROR_RATIO = 1.2  # as long as nothing is calibrated


class MonitoringSettings(CheckSettings):
    """`conf/monitoring.yml`."""

    window_days: int | None = Field(default=None, gt=0)
    max_error_ratio: float | None = Field(default=None, ge=1)
    false_alarms_per_year: float = Field(default=1, gt=0)
    drift_threshold: float = Field(default=0.1, gt=0)
    report_rows: int = Field(default=2000, gt=0)

    @property
    def error_ratio(self) -> float:
        """An error this many times the expected one is an alarm."""
        return self.max_error_ratio or ERROR_RATIO


@dataclass(frozen=True)
class Calibration:
    """Thresholds, what they were set from, and what they lead to."""

    release: str  # its backtest is the history
    spec: str  # sha256 of the declaration; thresholds of another one are not used
    history: str  # the days of the backtest
    history_days: int
    wanted_false_alarms: float  # a year
    false_alarms: float  # a year, in other resampled years than those that set the threshold
    window_days: int
    max_error_ratio: float
    detections: list[Detection] = field(default_factory=list)


def calibration_file() -> Path:
    return var("monitoring", "calibration.json")


def read_calibration(spec: DataSpec) -> Calibration | None:
    """The calibration of this declaration, if there is one."""
    file = calibration_file()
    if not file.exists():
        return None
    remedy = f"delete it and run `{NAME} monitor calibrate`"
    calibration = read_record(Calibration, file, remedy)
    return calibration if calibration.spec == spec.digest else None


def with_calibration(spec: DataSpec, settings: MonitoringSettings) -> MonitoringSettings:
    """The settings, with calibrated numbers for those that are null in conf/monitoring.yml."""
    calibration = read_calibration(spec)
    if calibration is None:
        return settings
    values = {name: getattr(calibration, name) for name in ("max_error_ratio", "window_days")}
    is_null = {name: each for name, each in values.items() if getattr(settings, name) is None}
    return settings.model_copy(update=is_null)
