"""Reads the files to score in batches, so that memory holds a batch and not a file."""

import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from ..errors import InputError
from ..ingestion.batches import BATCH_ROWS, explain_read_errors, file_batches
from ..ingestion.sources import OnProgress, local_files
from ..spec import Csv, DataSpec
from ..tables import (
    READERS,
    file_format,
    is_compressed,
    read_csv,
    read_csv_batches,
    trim_name,
)

BLOCK = 1 << 20  # bytes; pyarrow reads up to 32 blocks ahead
END = "\n" * 64  # empty lines, unless a quote is open: then the last value ends with them
Batch = tuple[pa.Table, float]  # rows, and the share of the file that has been read


def find_files(source: str, downloads: Path, on_progress: OnProgress) -> list[Path]:
    """The files of a source: a file, a folder or a URL, which is downloaded first."""
    if "://" in source:
        return local_files(source, on_progress, downloads)
    path = Path(source)
    if not path.exists():
        raise InputError(f"{source} is not a file, a folder or a URL")
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    if files := [file for file in files if file_format(file) in READERS]:
        return files
    raise InputError(f"{source} holds no rows: a file must have the format {', '.join(READERS)}")


def read_batches(spec: DataSpec, file: Path) -> Iterator[Batch]:
    """Yield the rows of a file in batches, always in the same ones. JSON lines are one batch."""
    rows = 0
    with explain_read_errors(file):
        if file_format(file) == ".parquet":
            batches = read_parquet(spec, file)
        elif READERS.get(file_format(file)) is read_csv:
            batches = read_text(spec.csv, file)
        else:
            batches = ((table, 1.0) for table in file_batches(spec, file))
        for table, share in batches:
            if len(table):  # a batch may have held nothing but a row of totals
                rows += len(table)
                yield table, share
    if rows == 0:
        raise InputError(f"{file} has no rows")


def read_parquet(spec: DataSpec, file: Path) -> Iterator[Batch]:
    """Read the declared columns; all if one is missing, so that the error can name others."""
    with pq.ParquetFile(file, pre_buffer=False) as rows:  # a buffer keeps what was read
        names = {trim_name(name): name for name in rows.schema_arrow.names}
        if names.keys() >= {*spec.inputs}:
            names = {name: names[name] for name in spec.all_columns if name in names}
        done = 0
        for batch in rows.iter_batches(BATCH_ROWS, columns=[*names.values()]):
            done += len(batch)
            yield to_table(map(trim_name, batch.schema.names), batch), done / rows.metadata.num_rows


def read_text(csv: Csv, file: Path) -> Iterator[Batch]:
    """Read CSV as text. InputError names the first row that has too few or too many fields."""
    wrong: list[Any] = []

    def handle_row(row: Any) -> str:
        first = row.text.split(csv.delimiter)[0].strip().strip(csv.quote).strip()
        is_blank = not {*row.text} - ({" ", "\t"} - {csv.delimiter})  # pandas skips it, too
        if (is_blank or first in csv.totals) and not row.text.endswith(END):
            return "skip"
        wrong.append(row)
        return "error"

    names = [name for rows in islice(read_csv_batches(file, csv, 1), 1) for name in rows]
    try:
        with pa.OSFile(str(file)) as raw:
            content = pa.CompressedInputStream(raw, "gzip") if is_compressed(file) else raw
            tables: list[pa.Table] = []
            for block in open_csv(csv, content, handle_row):
                check_quotes(file, block)
                tables.append(drop_totals(csv, to_table(names, block)))
                if sum(map(len, tables)) >= BATCH_ROWS:
                    yield pa.concat_tables(tables), raw.tell() / raw.size()
                    tables = []
            if tables:
                yield pa.concat_tables(tables), 1.0
    except pa.ArrowInvalid:
        if not wrong:
            raise
        number = wrong[0].number - csv.skip - csv.header
        fields = f"{wrong[0].actual_columns} fields for {wrong[0].expected_columns} columns"
        raise InputError(f"{file}: row {number:,} has {fields}: correct this row") from None


def open_csv(csv: Csv, content: Any, handle_row: Callable[[Any], str]) -> Any:
    """Batches of text. One thread, because only then a wrong row has its number."""
    reading = pc.ReadOptions(use_threads=False, block_size=BLOCK)
    reading.skip_rows, reading.autogenerate_column_names = csv.skip, not csv.header
    parsing = pc.ParseOptions(delimiter=csv.delimiter, quote_char=csv.quote)
    parsing.escape_char = csv.escape or False
    parsing.newlines_in_values, parsing.invalid_row_handler = True, handle_row
    texts = pc.ConvertOptions(default_column_type=pa.string(), strings_can_be_null=False)
    content = EndedStream(pa.transcoding_input_stream(content, csv.encoding, "utf-8"))
    return pc.open_csv(pa.PythonFile(content, mode="r"), reading, parsing, texts)


class EndedStream(io.RawIOBase):
    """A stream with END after its content."""

    def __init__(self, content: Any) -> None:
        self._content, self._end = content, END.encode()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        content: bytes = self._content.read(size)
        if not content:
            content, self._end = self._end, b""
        return content


def check_quotes(file: Path, block: pa.RecordBatch) -> None:
    """InputError if the last value took the rest of the file, which Arrow does not refuse."""
    last = block.column(block.num_columns - 1)[-1].as_py() if len(block) else ""
    if last.endswith(END):
        start = last.splitlines()[0][:40]
        raise InputError(f"{file}: the quote before {start!r} is never closed: correct this row")


def drop_totals(csv: Csv, table: pa.Table) -> pa.Table:
    if not csv.totals:
        return table
    return table.filter(pa.array(~table.column(0).to_pandas().str.strip().isin(csv.totals)))


def to_table(names: Iterable[str], batch: pa.RecordBatch) -> pa.Table:
    """The columns under these names; the first one of each name."""
    columns: dict[str, Any] = {}
    for name, column in zip(names, batch.columns, strict=True):
        columns.setdefault(name, column)
    return pa.table(columns)
