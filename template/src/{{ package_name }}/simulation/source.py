"""A simulated source: it holds all rows and labels, and publishes each one when it is due."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from ..data import drop_unlabelled, read_rows, source_files
from ..errors import InputError
from ..periods import row_periods
from ..predictions.records import row_records
from ..schema import cast_columns
from ..settings import env_prefix, load_spec, read_yaml, root, var
from ..spec import DataSpec, Time
from ..tables import write_table

Rows = list[dict[str, object]]
UNITS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
TRACKING_URI = "MLFLOW_TRACKING_URI"


class SimulatedSource:
    """All rows of the data, and a project of its own whose commands see only the past."""

    def __init__(self, label_delay_hours: float | None = None, folder: Path | None = None) -> None:
        spec = load_spec()
        files = source_files(root() / spec.source)
        frame = pd.concat([read_rows(spec, file) for file in files], ignore_index=True)
        self.spec, rows = with_time(spec, drop_unlabelled(spec, cast_columns(spec, frame)))
        self.time: Time = self.spec.time  # type: ignore[assignment]
        hours = self.time.label_delay_hours if label_delay_hours is None else label_delay_hours
        self.delay = pd.Timedelta(hours=hours)
        self.rows = rows.sort_values(self.time.column)
        self.rows_period = row_periods(self.spec, self.rows)
        self.periods = sorted(self.rows_period.unique())
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        self.folder = self.make_project(folder or var("simulation", now))

    def make_project(self, folder: Path) -> Path:
        """A project in `var/` with the settings of this one and a source of its own."""
        shutil.copytree(root() / "conf", folder / "conf")
        hours = self.delay / pd.Timedelta(hours=1)
        time = self.time.model_dump() | {"label_delay_hours": hours}
        change_settings(folder / "conf/data.yml", source="data/arrived.parquet", time=time)
        # The end of a period, when the loop runs, may be in the quiet hours.
        change_settings(folder / "conf/retraining.yml", quiet_hours=None)
        # The default is a registry in the simulated project: never the real one.
        (folder / "conf/tracking.yml").unlink(missing_ok=True)
        return folder

    @contextlib.contextmanager
    def active(self) -> Iterator[None]:
        """Work in the simulated project, without the variables that point at the real one."""
        quiet_hours = f"{env_prefix('retraining')}QUIET_HOURS"
        prefixes = (env_prefix("data"), env_prefix("tracking"), TRACKING_URI, quiet_hours)
        names = [name for name in os.environ if name.startswith(prefixes)]
        removed = {name: os.environ.pop(name) for name in names}
        try:
            with contextlib.chdir(self.folder):
                yield
        finally:
            os.environ.update(removed)

    def split(self, known: int) -> tuple[str, list[str]]:
        """(the last known period, the periods to replay)."""
        if len(self.periods) <= known:
            raise InputError(
                f"{len(self.periods)} periods are not more than `known_periods` ({known})"
            )
        return self.periods[known - 1], self.periods[known:]

    def rows_of(self, period: str) -> pd.DataFrame:
        """The rows of a period with their labels, in order of time."""
        return self.rows[self.rows_period == period]

    def end(self, period: str) -> pd.Timestamp:
        """The time at which a period ends."""
        unit = UNITS[self.time.period]
        return self.rows_of(period)[self.time.column].max().to_period(unit).end_time

    def clock(self, period: str) -> Callable[[], datetime]:
        """A clock that stands still when the period ends."""
        end = self.end(period).tz_localize(UTC)
        return lambda: end

    def publish(self, until: str) -> None:
        """The period `until` ends: its rows arrive, and each label that is due by then."""
        past = self.rows[self.rows_period <= until]
        due = past[self.time.column] + self.delay <= self.end(until)
        labels = past[self.spec.target].where(due)
        source = self.folder / "data/arrived.parquet"
        write_table(past.assign(**{self.spec.target: labels}), source)


def change_settings(file: Path, **values: object) -> None:
    file.write_text(yaml.safe_dump(read_yaml(file) | values, sort_keys=False))


def with_time(spec: DataSpec, rows: pd.DataFrame) -> tuple[DataSpec, pd.DataFrame]:
    """The same rows; those without a time column arrive in random order over one year."""
    if spec.time:
        return spec, rows
    name = "arrived"
    while name in rows:
        name += "_"
    start, end = pd.Timestamp("2001-01-01"), pd.Timestamp("2002-01-01")
    rows = rows.sample(frac=1, random_state=0)  # a file may be sorted by its target
    arrived = start + (end - start) * (np.arange(len(rows)) / len(rows))
    spec = spec.model_copy(update={"time": Time(column=name)})
    return spec, cast_columns(spec, rows.assign(**{name: arrived}))


def build_requests(spec: DataSpec, rows: pd.DataFrame, size: int) -> list[Rows]:
    """Rows as the bodies of requests of `size` rows, without labels."""
    records = row_records(spec, rows)
    return [records[start : start + size] for start in range(0, len(records), size)]
