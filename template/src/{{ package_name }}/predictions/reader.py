"""Reads the prediction log by window, with the columns that are asked for."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd
import pyarrow as pa

from ..formatting import format_count
from ..schema import row_columns
from ..spec import PREDICTION, DataSpec
from .compaction import compact
from .database import (
    Database,
    column,
    connect,
    original_name,
    parquet,
    store_name,
    text,
    to_arrow,
    to_frame,
)
from .files import DayFile, list_files, number_of
from .lines import AT, BATCH, RELEASE, VERSION, Batch, Line, is_prediction, read_batches

FILE, NUMBER = "log.file", "file_row_number"  # where a row of a Parquet file is
OPEN = "~"  # FILE of what is not compacted: after all others
TYPES = {"number": pa.float64(), "boolean": pa.float64()} | dict.fromkeys(
    ("date", "time"), pa.timestamp("ms")
)
Day = str | None  # 2013-05-01


@dataclass(frozen=True)
class Window:
    """The first prediction of each key among rows of some days: a view of the database."""

    database: Database
    spec: DataSpec
    view: str

    @property
    def columns(self) -> list[str]:
        names = map(original_name, self.database.table(self.view).columns)
        return [name for name in names if name not in (FILE, NUMBER)]

    @property
    def predictions(self) -> list[str]:
        """The columns of the prediction."""
        return [name for name in self.columns if is_prediction(self.spec, name)]

    def count(self) -> int:
        return int(self.database.execute(f"SELECT count(*) FROM {self.view}").fetchall()[0][0])

    def frame(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The rows, oldest prediction first."""
        order = f'ORDER BY {column(AT)}, "{FILE}", "{NUMBER}"'
        return to_frame(self._select(columns, order).to_arrow_table())

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
        """The rows in parts, in no order."""
        for batch in self._select(columns).to_arrow_reader(BATCH):
            yield to_frame(batch)

    def sample(self, rows: int, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """About so many rows, the same ones each time: those with the smallest hashes of keys."""
        number, share = f"hash({column(self.spec.key)})", rows / max(1, self.count())
        # No `LIMIT`: DuckDB would hold the rows in memory, whatever its limit.
        smallest = f"WHERE {number} < {int(share * 2**64)}" if share < 1 else ""
        return to_frame(self._select(columns, f"{smallest} ORDER BY {number}").to_arrow_table())

    def _select(self, columns: Sequence[str] | None, rest: str = "") -> Any:
        names = ", ".join(map(column, self.columns if columns is None else columns)) or "1"
        return self.database.sql(f"SELECT {names} FROM {self.view} {rest}")


@dataclass(frozen=True)
class Log:
    """The prediction log: the days that are compacted, and the table `open_lines`."""

    database: Database
    spec: DataSpec
    days: list[DayFile]
    _windows: dict[tuple[Day, Day], Window] = field(default_factory=dict)

    def window(self, start: Day = None, end: Day = None) -> Window:
        """The rows from the day `start` to before the day `end`; all if rows have no time."""
        if self.spec.time is None:
            start = end = None
        if (start, end) not in self._windows:
            rows, first = f"rows_{(number := len(self._windows))}", f"window_{number}"
            self.database.execute(f"CREATE TEMP VIEW {rows} AS {self.rows(start, end)}")
            self.database.execute(f"CREATE TEMP VIEW {first} AS {self._first_of_each_key(rows)}")
            self._windows[start, end] = Window(self.database, self.spec, first)
        return self._windows[start, end]

    def count_by_day(self, start: Day, end: Day) -> pd.DataFrame:
        """For each day with rows: `rows`, `first` and `last` time; a repeated key counts again."""
        time = column(self.spec.time.column)  # type: ignore[union-attr]
        query = (
            f"SELECT CAST({time} AS DATE) AS day, count(*) AS rows, min({time}) AS first, "
            f"max({time}) AS last FROM ({self.rows(start, end)}) GROUP BY 1 ORDER BY 1"
        )
        days = to_frame(self.database.sql(query).to_arrow_table())
        return days.set_index(pd.DatetimeIndex(days.pop("day")))

    def may_hold(self, day: str) -> bool:
        """Whether a row can be of a day: the files are not opened."""
        files = reversed(self.days)  # most questions are about new days
        return day in self._open_days or any(file.first <= day <= file.last for file in files)

    @cached_property
    def _open_days(self) -> set[str]:
        if self.spec.time is None:
            return set()
        day = f"CAST(CAST({column(self.spec.time.column)} AS DATE) AS TEXT)"
        days = self.database.execute(f"SELECT DISTINCT {day} FROM open_lines").fetchall()
        return {day for (day,) in days}

    def rows(self, start: Day, end: Day) -> str:
        """All rows from the day `start` to before the day `end`, in SQL."""
        files = [day.path for day in self.days if day.holds(start, end)]
        options = f", filename = {text(FILE)}, file_row_number = true"
        union = f" UNION ALL BY NAME SELECT * FROM {parquet(files, options)}" if files else ""
        limits = {">=": start, "<": end}
        time = column(self.spec.time.column) if self.spec.time else ""
        tests = [f"{time} {sign} TIMESTAMP {text(day)}" for sign, day in limits.items() if day]
        condition = " AND ".join(tests) or "true"
        return f"SELECT * FROM (SELECT * FROM open_lines{union}) WHERE {condition}"

    def _first_of_each_key(self, rows: str) -> str:
        """Few keys are predicted again, and only their rows are sorted."""
        key, again = f"hash({column(self.spec.key)})", f"again_{rows}"
        self.database.execute(
            f"CREATE TEMP TABLE {again} AS SELECT {key} AS key FROM {rows} "
            "GROUP BY ALL HAVING count(*) > 1"
        )
        if not self.database.table(again).limit(1).fetchall():
            return f"SELECT * FROM {rows}"
        order = f'{column(AT)}, "{FILE}", "{NUMBER}"'
        return (
            f"SELECT * FROM {rows} WHERE {key} NOT IN (FROM {again}) UNION ALL "
            f"SELECT * FROM {rows} WHERE {key} IN (FROM {again}) QUALIFY "
            f"row_number() OVER (PARTITION BY {column(self.spec.key)} ORDER BY {order}) = 1"
        )


@contextmanager
def open_log(
    spec: DataSpec, folder: str = "predictions", line_type: type[Line] = Line
) -> Iterator[Log]:
    """The log; days that are over are compacted first.

    Days and lines that cannot be read, and rows that are not as declared, are skipped; a warning
    counts and names them.
    """
    compact(spec, folder, line_type)
    files = list_files(folder)
    if files.damaged:
        days = format_count(len(files.damaged), "day")
        first = f"first {files.damaged[0]}: restore it from a backup, or delete it"
        logging.warning("%s of the prediction log skipped as damaged, %s", days, first)
    batches = list(read_batches(spec, files.lines, line_type))
    if skipped := [line for batch in batches for line in batch.skipped]:
        lines = format_count(len(skipped), "line")
        logging.warning("%s of the prediction log skipped, first %s", lines, skipped[0].place)
    with connect() as database:
        database.register("open_lines", open_lines(spec, batches))
        yield Log(database, spec, sorted(files.days.values(), key=number_of))


def open_lines(spec: DataSpec, batches: list[Batch]) -> pa.Table:
    """The rows that are not compacted, in a table that has all declared columns."""
    kinds = {name: kind for name, (kind, _) in row_columns(spec).items()}
    types = {name: TYPES.get(kind, pa.string()) for name, kind in kinds.items()}
    types |= {AT: pa.string(), RELEASE: pa.string(), VERSION: pa.int64(), spec.key: pa.string()}
    types |= {PREDICTION: pa.string() if spec.is_classification else pa.float64()}
    types |= {FILE: pa.string(), NUMBER: pa.int64()}
    stored = pa.schema([(store_name(name), kind) for name, kind in types.items()])
    rows = pd.concat([pd.DataFrame(), *(batch.rows for batch in batches)], ignore_index=True)
    numbered = to_arrow(rows.assign(**{FILE: OPEN, NUMBER: range(len(rows))}))
    return pa.concat_tables([stored.empty_table(), numbered], promote_options="permissive")


def load_predictions(
    spec: DataSpec, folder: str = "predictions", line_type: type[Line] = Line
) -> pd.DataFrame:
    """The first logged prediction of each key with its row, oldest first; empty without a log."""
    with open_log(spec, folder, line_type) as log:
        logged = log.window().frame()
    return logged if len(logged) else pd.DataFrame()
