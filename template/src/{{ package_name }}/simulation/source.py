"""The outside world: it knows every row and label, and shows them only when their time has come."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from ..data import drop_unlabelled, read_rows, source_files
from ..errors import InputError
from ..periods import row_periods
from ..schema import cast_columns, row_records
from ..settings import env_prefix, load_spec, root, var
from ..spec import DataSpec, Time
from ..tables import write_table

Rows = list[dict[str, object]]
UNITS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
TRACKING = "MLFLOW_TRACKING_URI"


class SimulatedSource:
    """All rows there will ever be, in a project of its own where the verbs see only the past."""

    def __init__(self, label_delay_hours: float | None = None) -> None:
        spec = load_spec()
        files = source_files(root() / spec.source)
        frame = pd.concat([read_rows(spec, file) for file in files], ignore_index=True)
        self.spec, rows = with_time(spec, drop_unlabelled(spec, cast_columns(spec, frame)))
        self.time: Time = self.spec.time  # type: ignore[assignment]
        wait = self.time.label_delay_hours if label_delay_hours is None else label_delay_hours
        self.delay = pd.Timedelta(hours=wait)
        self.rows = rows.sort_values(self.time.column)
        self.rows_period = row_periods(self.spec, self.rows)
        self.periods = sorted(self.rows_period.unique())
        self.folder = self._project()

    def _project(self) -> Path:
        """A project beside this one's state, with its settings and another source."""
        made = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        folder = var("simulation", made)
        shutil.copytree(root() / "conf", folder / "conf")
        declared = folder / "conf/data.yml"
        values = yaml.safe_load(declared.read_text()) | {"source": "data/arrived.parquet"}
        wait = self.delay / pd.Timedelta(hours=1)
        values["time"] = self.time.model_dump() | {"label_delay_hours": wait}
        declared.write_text(yaml.safe_dump(values, sort_keys=False))
        # A registry of its own, never the real one.
        (folder / "conf/tracking.yml").unlink(missing_ok=True)
        return folder

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Work in the simulated project, deaf to what the environment says of the real one."""
        real = {
            name
            for name in os.environ
            if name.startswith((env_prefix("data"), env_prefix("tracking")))
        }
        kept = {name: os.environ.pop(name) for name in {*real, TRACKING} & set(os.environ)}
        try:
            with contextlib.chdir(self.folder):
                yield
        finally:
            os.environ.update(kept)

    def cut(self, known: int) -> tuple[str, list[str]]:
        """(the last known period, the periods to play)."""
        if len(self.periods) <= known:
            raise InputError(f"{len(self.periods)} periods are too few: {known} are known before")
        return self.periods[known - 1], self.periods[known:]

    def of(self, period: str) -> pd.DataFrame:
        """The rows of a period with their labels, in order of time."""
        return self.rows[self.rows_period == period]

    def end(self, period: str) -> pd.Timestamp:
        """The last moment of a period."""
        unit = UNITS[self.time.period]
        return self.of(period)[self.time.column].max().to_period(unit).end_time

    def publish(self, until: str) -> None:
        """The period `until` is over: its rows arrive, and each label that is due by then."""
        past = self.rows[self.rows_period <= until]
        due = past[self.time.column] + self.delay <= self.end(until)
        shown = past[self.spec.target].where(due)
        source = self.folder / "data/arrived.parquet"
        write_table(past.assign(**{self.spec.target: shown}), source)


def with_time(spec: DataSpec, rows: pd.DataFrame) -> tuple[DataSpec, pd.DataFrame]:
    """The rows as they are; those without time come by chance, spread evenly over a year."""
    if spec.time:
        return spec, rows
    name = "arrived"
    while name in rows:
        name += "_"
    start, end = pd.Timestamp("2001-01-01"), pd.Timestamp("2002-01-01")
    rows = rows.sample(frac=1, random_state=0)  # a file may be sorted by what is to be learnt
    arrived = start + (end - start) * (np.arange(len(rows)) / len(rows))
    spec = spec.model_copy(update={"time": Time(column=name)})
    return spec, cast_columns(spec, rows.assign(**{name: arrived}))


def build_requests(spec: DataSpec, rows: pd.DataFrame, size: int) -> list[Rows]:
    """Rows as the bodies of requests of `size` rows; no label among them."""
    asked = row_records(spec, rows)
    return [asked[start : start + size] for start in range(0, len(asked), size)]
