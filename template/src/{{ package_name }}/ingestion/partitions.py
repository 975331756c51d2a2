"""Split the rows of the source by period into files."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import InputError
from ..periods import row_periods
from ..schema import parse_dates, require_column
from ..spec import DataSpec
from .batches import read_batches
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
    """The period of each row; InputError names the file."""
    try:
        if spec.time:
            column = require_column(frame, spec.time.column)
            dates = parse_dates(column, spec.time.format, nullable=False)
            frame = frame.assign(**{spec.time.column: dates})
        return row_periods(spec, frame)
    except InputError as error:
        raise InputError(f"{file.name}: {error}") from None
