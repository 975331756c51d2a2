"""Split the rows of the source by period into files."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from ..errors import InputError
from ..periods import row_periods
from ..schema import parse_dates, require_column
from ..spec import DataSpec
from .batches import read_batches
from .sources import OnProgress, local_files


def partition_source(spec: DataSpec, folder: Path, on_progress: OnProgress) -> dict[str, Path]:
    """Write the rows of the source to one file per period in `folder`; returns period -> file."""
    writers: dict[str, pq.ParquetWriter] = {}
    rows = 0
    for source_file, table in read_batches(spec, local_files(spec.source, on_progress)):
        periods = find_periods(spec, source_file, table.to_pandas())
        for period, places in periods.groupby(periods.to_numpy(), sort=False).indices.items():
            if period not in writers:
                file = folder / f"{period}.parquet"
                # A writer keeps the statistics of all its row groups in memory.
                writers[period] = pq.ParquetWriter(file, table.schema, write_statistics=False)
            writers[period].write_table(table.take(places))
        rows += len(table)
        on_progress("rows", rows, None)
    for writer in writers.values():
        writer.close()
    return {period: folder / f"{period}.parquet" for period in sorted(writers)}


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
