"""Rows cut by period into files, a batch at a time, and the hash that names what was cut."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from .batches import BATCH_ROWS

MAX_BUFFERED_ROWS = 8 * BATCH_ROWS  # rows in memory at most, of all periods together


class RowDigest:
    """sha256 of columns, types and rows: the same however they came in batches or lie in a file."""

    def __init__(self, schema: pa.Schema) -> None:
        self._sha256 = hashlib.sha256(str(schema.remove_metadata()).encode())

    def add(self, rows: pd.Series) -> None:
        self._sha256.update(rows.to_numpy().tobytes())

    def hexdigest(self) -> str:
        return self._sha256.hexdigest()


def hash_batch(frame: pd.DataFrame) -> pd.Series:
    """A number for each row, made of its values."""
    return pd.util.hash_pandas_object(frame, index=False).reset_index(drop=True)


@dataclass
class Partition:
    """The rows of one period: those in the file, and those still waiting to be written."""

    file: Path
    digest: RowDigest
    writer: pq.ParquetWriter
    rows: int = 0
    waiting: list[pa.Table] = field(default_factory=list)

    def write(self) -> None:
        if self.waiting:
            self.writer.write_table(pa.concat_tables(self.waiting).combine_chunks())
            self.waiting.clear()


class Partitioner:
    """`add` batches, then `finish`: a file and a hash for each period."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = 0
        self._pieces: dict[str, Partition] = {}
        self._waiting = 0

    def add(self, table: pa.Table, frame: pd.DataFrame, found: pd.Series) -> None:
        """Some rows: as they are, the same for pandas, and the period of each."""
        of_row = hash_batch(frame)
        for period, places in found.groupby(found.to_numpy(), sort=False).indices.items():
            piece = self._piece(str(period), table.schema)
            piece.digest.add(of_row.iloc[places])
            piece.waiting.append(table.take(places))
            piece.rows += len(places)
        self.rows += len(table)
        self._waiting += len(table)
        if self._waiting > MAX_BUFFERED_ROWS:
            self._write()

    def finish(self) -> dict[str, Partition]:
        """All pieces, their files complete."""
        self._write()
        for piece in self._pieces.values():
            piece.writer.close()
        return self._pieces

    def _write(self) -> None:
        for piece in self._pieces.values():
            piece.write()
        self._waiting = 0

    def _piece(self, period: str, schema: pa.Schema) -> Partition:
        if period not in self._pieces:
            file = self.folder / f"{len(self._pieces)}.parquet"
            writer = pq.ParquetWriter(file, schema)
            self._pieces[period] = Partition(file, RowDigest(schema), writer)
        return self._pieces[period]
