"""DuckDB, the engine that reads, joins and counts. No other module imports it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zlib import crc32

import duckdb
import pandas as pd
import pyarrow as pa

from ..errors import InputError
from ..settings import var
from .files import damage

SPILL = ".duckdb"  # the folder in `var/` for what does not fit into memory
LIMITS: dict[str, Any] = {"memory_limit": "128MB", "threads": 2}  # each thread needs memory
Database = duckdb.DuckDBPyConnection
CASE_MARK = re.compile(r"(.*)#([0-9a-f]{8})", re.DOTALL)


@contextmanager
def connect() -> Iterator[Database]:
    """A database in memory. InputError if a file that it reads is damaged.

    The files of the log are checked before, so it is one that is built from others.
    """
    with duckdb.connect(config=LIMITS | {"temp_directory": str(var(SPILL))}) as database:
        try:
            yield database
        except duckdb.IOException as error:
            raise InputError(f"the database cannot read or write: {error}") from None
        except duckdb.InvalidInputException as error:
            files = re.findall(r"/[^'\"]*?\.parquet", str(error))
            raise InputError(damage(files[0]) if files else str(error)) from None
        except duckdb.ProgrammingError:
            raise
        except (duckdb.Error, UnicodeDecodeError) as error:
            folder, reason = var("labels"), str(error).splitlines()[0]
            message = f"a file in {folder} is damaged ({reason}): delete {folder}"
            raise InputError(f"{message}, which is built again") from None


def store_name(name: str) -> str:
    """A name that stays unique for DuckDB, which takes `a` and `A` for the same."""
    return name if name == name.lower() else f"{name}#{crc32(name.encode()):08x}"


def original_name(stored: str) -> str:
    match = CASE_MARK.fullmatch(stored)
    return match[1] if match and store_name(match[1]) == stored else stored


def column(name: str) -> str:
    """A column in SQL."""
    return '"' + store_name(name).replace('"', '""') + '"'


def text(value: object) -> str:
    """A text in SQL."""
    return "'" + str(value).replace("'", "''") + "'"


def parquet(files: list[Path], options: str = "") -> str:
    """The rows of Parquet files in SQL, in their order."""
    return f"read_parquet([{', '.join(map(text, files))}], union_by_name = true{options})"


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """A frame as a table of DuckDB; NaN is missing."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    return table.rename_columns([store_name(name) for name in table.column_names])


def to_frame(table: pa.Table | pa.RecordBatch) -> pd.DataFrame:
    """A result of DuckDB as a frame with the original names, and dates as everywhere else."""
    frame = table.to_pandas().rename(columns=original_name)
    dates = frame.select_dtypes("datetime").columns
    return frame.assign(**{name: frame[name].dt.as_unit("ms") for name in dates})
