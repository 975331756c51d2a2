"""Writes the predictions of all parts to one file."""

import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from ..ingestion.batches import cast_table, unify_schemas
from ..storage import atomic_file
from ..tables import FORMULA_STARTS, escape_formula, to_json_lines

RISKY = f"^[{re.escape(''.join(FORMULA_STARTS))}]"


def join_parts(parts: list[Path], target: Path, raw: bool) -> None:
    """Write a file, complete or not at all. With `raw` no text of CSV is escaped."""
    schema = unify_schemas(schemas := [pq.read_schema(part) for part in parts])
    for number, name in enumerate(schema.names):
        types = {each.field(name).type for each in schemas if name in each.names} - {pa.null()}
        if len(types) > 1:  # only text holds all keys: a large integer is no exact float
            schema = schema.set(number, pa.field(name, pa.large_string()))
    tables = (cast_table(pq.read_table(part), schema) for part in parts)
    with atomic_file(target) as new:
        if target.suffix == ".parquet":
            with pq.ParquetWriter(new, schema) as writer:
                for table in tables:
                    writer.write_table(table)
            return
        with new.open("wb") as file:
            for table in tables:
                if target.suffix == ".jsonl":
                    file.write(to_json_lines(table.to_pandas(integer_object_nulls=True)))
                else:
                    write_csv(table if raw else escape_texts(table), file)


def write_csv(table: pa.Table, file: Any) -> None:
    """Append CSV, with a header in an empty file, and with quotes only where a part needs some."""
    start = file.tell()
    for style in ("none", "needed"):
        options = pcsv.WriteOptions(include_header=start == 0, quoting_style=style)
        options.quoting_header = style
        try:
            return pcsv.write_csv(table, file, options)
        except pa.ArrowInvalid:  # a text needs quotes
            if style == "needed":
                raise
            file.seek(start)
            file.truncate()


def escape_texts(table: pa.Table) -> pa.Table:
    """The same as `escape_formulas`, for a table that seldom has a text to escape."""
    for number, (name, kind) in enumerate(zip(table.column_names, table.schema.types, strict=True)):
        is_text = pa.types.is_large_string(kind)  # the only texts of a schema that is unified
        if is_text and pc.any(pc.match_substring_regex(table[name], RISKY)).as_py():
            texts = pa.array(map(escape_formula, table[name].to_pylist()), kind)
            table = table.set_column(number, name, texts)
    return table
