"""Split the rows of the source by period into files."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import InputError
from ..periods import row_periods
from ..schema import join_time, parse_dates, require_column
from ..spec import DataSpec, Time
from .batches import file_batches, read_batches
from .sources import OnProgress, local_files

MAX_BUFFERED_ROWS = 262_144  # many rows at once make few row groups, whatever the order of rows
PERIOD = "__period__"  # a column of the buffer
Writers = dict[str, pq.ParquetWriter]  # by period


def partition_source(spec: DataSpec, folder: Path, on_progress: OnProgress) -> dict[str, Path]:
    """Write the rows of the source to one file per period in `folder`; returns period -> file."""
    writers: Writers = {}
    buffer: list[pa.Table] = []
    rows = 0
    for file, table in read_batches(spec, local_files(spec.source, on_progress)):
        if sum(map(len, buffer)) >= MAX_BUFFERED_ROWS:
            write_partitions(folder, writers, buffer)
            buffer = []
        periods = find_periods(spec, file, table.to_pandas())
        buffer.append(table.append_column(PERIOD, pa.array(periods)))
        rows += len(table)
        on_progress(f"{rows:,} rows read")
    write_partitions(folder, writers, buffer)
    for writer in writers.values():
        writer.close()
    return {period: folder / f"{period}.parquet" for period in sorted(writers)}


def write_partitions(folder: Path, writers: Writers, buffer: list[pa.Table]) -> None:
    table = pa.concat_tables(buffer).combine_chunks()  # else each `take` would copy all
    periods = table[PERIOD].to_pandas()
    table = table.drop_columns([PERIOD])
    for period, places in periods.groupby(periods.to_numpy(), sort=False).indices.items():
        if period not in writers:
            writers[period] = pq.ParquetWriter(folder / f"{period}.parquet", table.schema)
        writers[period].write_table(table.take(places))


def find_periods(spec: DataSpec, file: Path, frame: pd.DataFrame) -> pd.Series:
    """The period of each row of a batch; InputError names the file and the row in it."""
    if spec.time is None:
        return row_periods(spec, frame)
    try:
        frame = join_time(spec, frame)
        dates = parse_times(spec.time, require_column(frame, spec.time.column))
    except InputError as error:
        if spec.time.column in frame:  # the error counts the rows of the batch, not of the file
            error = find_error(spec, spec.time, file) or error
        raise InputError(f"{file.name}: {error}") from None
    return row_periods(spec, frame.assign(**{spec.time.column: dates}))


def parse_times(time: Time, column: pd.Series) -> pd.Series:
    return parse_dates(column, time.format, nullable=False)


def find_error(spec: DataSpec, time: Time, file: Path) -> InputError | None:
    """The error in the times of a whole file."""
    names, frames = {*time.parts, time.column}, []
    for table in file_batches(spec, file):
        of_time = [name for name in table.column_names if name in names]
        frames.append(table.select(of_time).to_pandas())
    try:
        parse_times(time, join_time(spec, pd.concat(frames, ignore_index=True))[time.column])
    except InputError as error:
        return error
    return None
