"""Files of rows, a batch at a time and with one type for each column: memory is that of a batch."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..data import normalize_decimals, read_rows
from ..errors import InputError
from ..spec import DataSpec
from ..tables import READERS, file_format, read_csv, read_table

BATCH_ROWS = 65_536
PARQUET_TYPES = {pa.timestamp("s"): pa.timestamp("ms"), pa.date64(): pa.date32()}  # by Parquet
PANDAS_INDEX = "__index_level_"  # pandas keeps its index under such names


def read_batches(spec: DataSpec, files: list[Path]) -> Iterator[tuple[Path, pa.Table]]:
    """(file, some of its rows) until all are read, every column with the type that fits all."""
    schema = unify_schemas([each.schema for file in files for each in first_table(spec, file)])
    for file in files:
        rows = 0
        with explain_read_errors(file):
            for table in file_tables(spec, file):
                rows += len(table)
                yield file, conform(table, schema)
        if rows == 0:
            raise InputError(f"{file} has no rows")


def file_tables(spec: DataSpec, file: Path) -> Iterator[pa.Table]:
    """Rows as the file has them. JSON lines are read whole: nothing else tells their types."""
    if file_format(file) == ".parquet":
        with pq.ParquetFile(file) as rows:
            yield from (pa.Table.from_batches([each]) for each in rows.iter_batches(BATCH_ROWS))
    elif READERS[file_format(file)] is read_csv:
        with read_csv(file, spec.csv, BATCH_ROWS) as chunks:
            yield from (to_arrow(normalize_decimals(spec, file, chunk)) for chunk in chunks)
    else:
        whole = to_arrow(read_rows(spec, file))
        yield from (whole.slice(start, BATCH_ROWS) for start in range(0, len(whole), BATCH_ROWS))


def first_table(spec: DataSpec, file: Path) -> Iterator[pa.Table]:
    """The first batch, for its types."""
    if file_format(file) not in READERS:
        read_table(file)  # says which kinds there are
    with explain_read_errors(file):
        yield next(file_tables(spec, file), pa.table({}))


@contextmanager
def explain_read_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{file} cannot be read as {file_format(file)}: {reason}") from None


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Columns of mixed values become text, as the declaration decides what they are."""
    mixed = {name: frame[name].astype("str") for name in frame if frame[name].dtype == object}
    return pa.Table.from_pandas(frame.assign(**mixed), preserve_index=False)


def unify_schemas(schemas: list[pa.Schema]) -> pa.Schema:
    """All columns of all files, each with the narrowest type that holds its values."""
    kinds: dict[str, set[pa.DataType]] = {}
    for field in (field for schema in schemas for field in schema):
        if not field.name.startswith(PANDAS_INDEX):
            kinds.setdefault(field.name, set()).add(plain_type(field.type))
    return pa.schema([(name, widest_type(found - {pa.null()})) for name, found in kinds.items()])


def plain_type(of: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(of):
        of = of.value_type
    if pa.types.is_string(of) or pa.types.is_nested(of):
        return pa.large_string()
    return PARQUET_TYPES.get(of, of)


def widest_type(kinds: set[pa.DataType]) -> pa.DataType:
    if len(kinds) == 1:
        return kinds.pop()
    numbers = [pa.types.is_integer(each) or pa.types.is_floating(each) for each in kinds]
    return pa.float64() if kinds and all(numbers) else pa.large_string()


def conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        cast_column(table[field.name], field.type)
        if field.name in table.column_names
        else pa.nulls(len(table), field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def cast_column(values: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray | pa.Array:
    if pa.types.is_nested(values.type):
        return pa.array([None if v is None else str(v) for v in values.to_pylist()], wanted)
    return values.cast(wanted)
