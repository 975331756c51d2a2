"""Read source files in batches, so that memory holds a batch and not a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..data import normalize_numbers, number_columns
from ..errors import InputError
from ..number_format import has_plain_numbers
from ..spec import DataSpec
from ..tables import READERS, file_format, read_csv, read_csv_batches, read_table, trim_name

BATCH_ROWS = 65_536
# The types in which Parquet stores these.
STORED_TYPES = {pa.timestamp("s"): pa.timestamp("ms"), pa.date64(): pa.date32()}
PANDAS_INDEX = "__index_level_"  # pandas writes its index under such names


def read_batches(spec: DataSpec, files: list[Path]) -> Iterator[tuple[Path, pa.Table]]:
    """Yield (file, batch of rows); a column has the same type in all batches of all files."""
    schemas = []
    for file in files:
        with explain_read_errors(file):
            schemas.append(next(file_batches(spec, file), pa.table({})).schema)
    schema = unify_schemas(schemas)
    for file in files:
        rows = 0
        with explain_read_errors(file):
            for table in file_batches(spec, file):
                rows += len(table)
                yield file, cast_table(table, schema)
        if rows == 0:
            raise InputError(f"{file} has no rows")


def file_batches(spec: DataSpec, file: Path) -> Iterator[pa.Table]:
    """Yield the rows of a file. JSON lines are read whole, as any line may change a type."""
    if file_format(file) == ".parquet":
        with pq.ParquetFile(file, pre_buffer=False) as rows:  # a buffer keeps what was read
            for batch in rows.iter_batches(BATCH_ROWS):
                names = [*map(trim_name, batch.schema.names)]
                rows = pa.Table.from_batches([batch.rename_columns(names)])
                yield normalize_texts(spec, rows)
    elif READERS.get(file_format(file)) is read_csv:
        chunks = read_csv_batches(file, spec.csv, BATCH_ROWS)
        yield from (to_arrow(normalize_numbers(spec, chunk)) for chunk in chunks)
    else:
        yield to_arrow(normalize_numbers(spec, read_table(file)))


def normalize_texts(spec: DataSpec, rows: pa.Table) -> pa.Table:
    """The rows with numbers as Python writes them, where they are text."""
    for name in () if has_plain_numbers(spec.csv) else number_columns(spec):
        position = rows.schema.get_field_index(name)
        if position >= 0 and not pa.types.is_primitive(rows.schema.types[position]):
            frame = normalize_numbers(spec, rows.select([name]).to_pandas())
            rows = rows.set_column(position, name, to_arrow(frame)[name])
    return rows


@contextmanager
def explain_read_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{file} cannot be read as {file_format(file)}: {reason}") from None


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """A table in which columns of mixed values are text."""
    mixed = {name: frame[name].astype("str") for name in frame if frame[name].dtype == object}
    return pa.Table.from_pandas(frame.assign(**mixed), preserve_index=False)


def unify_schemas(schemas: list[pa.Schema]) -> pa.Schema:
    """All columns of all files; a column gets the narrowest type that holds its values."""
    types: dict[str, list[pa.DataType]] = {}
    for field in chain.from_iterable(schemas):
        if not field.name.startswith(PANDAS_INDEX):
            types.setdefault(field.name, []).append(stored_type(field.type))
    return pa.schema([(name, widest_type(each)) for name, each in types.items()])


def stored_type(of: pa.DataType) -> pa.DataType:
    """The type that a column of this type has in a snapshot."""
    of = of.value_type if pa.types.is_dictionary(of) else of
    is_text = pa.types.is_string(of) or pa.types.is_nested(of)
    return pa.large_string() if is_text else STORED_TYPES.get(of, of)


def widest_type(types: list[pa.DataType]) -> pa.DataType:
    """The type that holds the values of all these types: text if nothing else does."""
    schemas = [pa.schema([("column", each)]) for each in types]
    try:
        (field,) = pa.unify_schemas(schemas, promote_options="permissive")
    except pa.ArrowTypeError:
        return pa.large_string()
    return pa.large_string() if pa.types.is_null(field.type) else field.type


def cast_table(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with the columns and types of the schema; a column it lacks is empty."""
    names, empty = {*table.column_names}, pa.nulls(len(table))
    columns = [table[name] if name in names else empty for name in schema.names]
    return pa.Table.from_arrays([*map(cast_column, columns, schema.types)], schema=schema)


def cast_column(values: pa.ChunkedArray | pa.Array, to: pa.DataType) -> pa.ChunkedArray | pa.Array:
    if pa.types.is_nested(values.type):
        return pa.array([None if v is None else str(v) for v in values.to_pylist()], to)
    return values.cast(to)
