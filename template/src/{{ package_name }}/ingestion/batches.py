"""Files of rows, a batch at a time and with one type for each column: memory is that of a batch."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..data import pointed, read_rows
from ..errors import InputError
from ..spec import DataSpec
from ..tables import READERS, kind, read_csv, read_table

ROWS = 65_536
KEPT_AS = {pa.timestamp("s"): pa.timestamp("ms"), pa.date64(): pa.date32()}  # by Parquet
INDEX = "__index_level_"  # pandas keeps its index under such names


def batches(spec: DataSpec, files: list[Path]) -> Iterator[tuple[Path, pa.Table]]:
    """(file, some of its rows) until all are read, every column with the type that fits all."""
    schema = unified([each.schema for file in files for each in first(spec, file)])
    for file in files:
        rows = 0
        with readable(file):
            for table in tables(spec, file):
                rows += len(table)
                yield file, conformed(table, schema)
        if rows == 0:
            raise InputError(f"{file} has no rows")


def tables(spec: DataSpec, file: Path) -> Iterator[pa.Table]:
    """Rows as the file has them. JSON lines are read whole: nothing else tells their types."""
    if kind(file) == ".parquet":
        with pq.ParquetFile(file) as rows:
            yield from (pa.Table.from_batches([each]) for each in rows.iter_batches(ROWS))
    elif READERS[kind(file)] is read_csv:
        with read_csv(file, spec.csv, ROWS) as chunks:
            yield from (to_arrow(pointed(spec, file, chunk)) for chunk in chunks)
    else:
        whole = to_arrow(read_rows(spec, file))
        yield from (whole.slice(start, ROWS) for start in range(0, len(whole), ROWS))


def first(spec: DataSpec, file: Path) -> Iterator[pa.Table]:
    """The first batch, for its types."""
    if kind(file) not in READERS:
        read_table(file)  # says which kinds there are
    with readable(file):
        yield next(tables(spec, file), pa.table({}))


@contextmanager
def readable(file: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{file} cannot be read as {kind(file)}: {reason}") from None


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Columns of mixed values become text, as the declaration decides what they are."""
    mixed = {name: frame[name].astype("str") for name in frame if frame[name].dtype == object}
    return pa.Table.from_pandas(frame.assign(**mixed), preserve_index=False)


def unified(schemas: list[pa.Schema]) -> pa.Schema:
    """All columns of all files, each with the narrowest type that holds its values."""
    kinds: dict[str, set[pa.DataType]] = {}
    for field in (field for schema in schemas for field in schema):
        if not field.name.startswith(INDEX):
            kinds.setdefault(field.name, set()).add(plain(field.type))
    return pa.schema([(name, wider(found - {pa.null()})) for name, found in kinds.items()])


def plain(of: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(of):
        of = of.value_type
    if pa.types.is_string(of) or pa.types.is_nested(of):
        return pa.large_string()
    return KEPT_AS.get(of, of)


def wider(kinds: set[pa.DataType]) -> pa.DataType:
    if len(kinds) == 1:
        return kinds.pop()
    numbers = [pa.types.is_integer(each) or pa.types.is_floating(each) for each in kinds]
    return pa.float64() if kinds and all(numbers) else pa.large_string()


def conformed(table: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        column(table[field.name], field.type)
        if field.name in table.column_names
        else pa.nulls(len(table), field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def column(values: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray | pa.Array:
    if pa.types.is_nested(values.type):
        return pa.array([None if v is None else str(v) for v in values.to_pylist()], wanted)
    return values.cast(wanted)
