"""What the user says about the data, by options or in answer to a question."""

import math
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import RefusedError

TYPES = ("number", "category", "boolean", "date", "text")
TASKS = ("regression", "binary", "multiclass")
PERIODS = ("day", "week", "month", "quarter", "year")
METRICS = {
    "regression": ("mae", "mse", "rmse", "poisson", "gamma", "quantile"),
    "binary": ("log_loss", "brier"),
    "multiclass": ("log_loss", "brier"),
}
# Formats of dates that strftime codes cannot describe, as a generated project knows them.
DATE_WORDS = ("quarter", "week", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns", "excel")
YEAR_DAY_MONTH = "%Y-%d-%m"  # looks like ISO 8601, which requests and files may always have
NONE = "none"  # `--time none`: the data have no time column


@dataclass(frozen=True)
class DataRequest:
    """An empty field leaves the decision to the rules; RefusedError for an unknown value."""

    path: Path
    target: str = ""
    task: str | None = None
    time: str | None = None
    period: str | None = None
    key: str | None = None
    entity: str | None = None
    metric: str | None = None
    label_delay_hours: float = 0
    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    types: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    date_formats: dict[str, str] = field(default_factory=dict)
    decimal: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    quote: str | None = None
    header: bool | None = None  # whether the first line of a CSV file names the columns
    copy: bool = False
    url: str | None = None  # the address that is downloaded to `path`

    def __post_init__(self) -> None:
        _check_known("--task", self.task, TASKS)
        _check_known("--period", self.period, PERIODS)
        metrics = sorted({metric for names in METRICS.values() for metric in names})
        _check_known("--metric", self.metric, metrics)
        _check_known("--decimal", self.decimal, (".", ","))
        for column, date_format in self.date_formats.items():
            if date_format.startswith(YEAR_DAY_MONTH):
                raise RefusedError(
                    f"--date-format {column} {date_format} cannot be used, because a date such as "
                    "2024-05-06 is always read as ISO 8601: write the month before the day."
                )
            if "%" not in date_format:
                _check_known(f"--date-format {column}", date_format, DATE_WORDS)
        _check_one_character("--delimiter", self.delimiter)
        _check_one_character("--quote", self.quote)
        if not (math.isfinite(self.label_delay_hours) and self.label_delay_hours >= 0):
            hours = f"{self.label_delay_hours:g}"
            raise RefusedError(f"--label-delay {hours} is no number of hours: write 0 or more.")
        for column, type_name in self.types.items():
            _check_known(f"--type {column}", type_name, TYPES)


def _check_known(flag: str, value: str | None, known: tuple[str, ...] | list[str]) -> None:
    if value is not None and value not in known:
        raise RefusedError(f"{flag} {value} is unknown: choose {', '.join(known)}.")


def _check_one_character(flag: str, value: str | None) -> None:
    if value is not None and (len(value) != 1 or value in "\r\n"):
        raise RefusedError(f"{flag} {value!r} must be one character.")


def parse_pairs(flag: str, noun: str, pairs: list[str]) -> dict[str, str]:
    """Column names and values of `COLUMN=VALUE` pairs; a name may hold an equals sign."""
    values: dict[str, str] = {}
    for pair in pairs:
        column, equals, value = pair.rpartition("=")
        if not equals:
            raise RefusedError(
                f'{flag} "{pair}" names no {noun}: write {flag} COLUMN={noun.upper()}.'
            )
        if values.setdefault(column.strip(), value) != value:
            raise RefusedError(f"{flag} names {column.strip()} twice: keep one {noun}.")
    return values
