"""Reads the files to score in batches, so that memory holds a batch and not a file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from ..data import source_files
from ..errors import InputError
from ..ingestion.batches import BATCH_ROWS, explain_read_errors, file_batches
from ..ingestion.sources import OnProgress, local_files
from ..spec import Csv, DataSpec
from ..tables import READERS, file_format, read_csv, trim_name

BLOCK = 1 << 20  # bytes; pyarrow reads up to 32 blocks ahead
Batch = tuple[pa.Table, float]  # rows, and the share of the file that has been read


def find_files(source: str, downloads: Path, on_progress: OnProgress) -> list[Path]:
    """The files of a source: a file, a folder or a URL, which is downloaded first."""
    if "://" in source:
        return local_files(source, on_progress, downloads)
    if not Path(source).exists():
        raise InputError(f"{source} is not a file, a folder or a URL")
    return source_files(Path(source))


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
            yield to_table(batch), done / rows.metadata.num_rows


def read_text(csv: Csv, file: Path) -> Iterator[Batch]:
    """Read CSV as text. InputError names the first row that has too few or too many fields."""
    wrong: list[Any] = []

    def handle_row(row: Any) -> str:
        if row.text.split(csv.delimiter)[0].strip() in csv.totals:
            return "skip"
        wrong.append(row)
        return "error"

    try:
        with pa.OSFile(str(file)) as raw:
            content = pa.CompressedInputStream(raw, "gzip") if file.suffix == ".gz" else raw
            tables: list[pa.Table] = []
            for block in open_csv(csv, content, handle_row):
                tables.append(drop_totals(csv, to_table(block, csv.header)))
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
    reading = pc.ReadOptions(use_threads=False, block_size=BLOCK, encoding=csv.encoding)
    reading.skip_rows, reading.autogenerate_column_names = csv.skip, not csv.header
    parsing = pc.ParseOptions(delimiter=csv.delimiter, quote_char=csv.quote)
    parsing.escape_char = csv.escape or False
    parsing.newlines_in_values, parsing.invalid_row_handler = True, handle_row
    texts = pc.ConvertOptions(default_column_type=pa.string(), strings_can_be_null=False)
    return pc.open_csv(content, reading, parsing, texts)


def drop_totals(csv: Csv, table: pa.Table) -> pa.Table:
    if not csv.totals:
        return table
    return table.filter(pa.array(~table.column(0).to_pandas().str.strip().isin(csv.totals)))


def to_table(batch: pa.RecordBatch, header: bool = True) -> pa.Table:
    """The first column of each name, without blanks around the names."""
    columns: dict[str, Any] = {}
    for number, name in enumerate(batch.schema.names):
        name = trim_name(name) if header else f"column_{number + 1}"
        columns.setdefault(name, batch.column(number))
    return pa.table(columns)
