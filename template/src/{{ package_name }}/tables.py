"""Files of rows: read as they are, written whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from .errors import NO_ROOM, InputError
from .spec import Csv
from .storage import atomic_file


def read_csv(file: Path, csv: Csv, chunk: int | None = None) -> Any:
    """A frame, or an iterator of frames of so many rows."""
    words = {"sep": csv.delimiter, "encoding": csv.encoding, "na_values": list(csv.missing)}
    quotes: dict[str, Any] = {"quotechar": csv.quote, "escapechar": csv.escape}
    return pd.read_csv(file, dtype="str", chunksize=chunk, **words, **quotes)


def read_json_lines(file: Path, _: Csv) -> pd.DataFrame:
    return pd.read_json(file, lines=True, dtype=False, convert_dates=False, precise_float=True)


# Text stays text until the declaration says otherwise: 007 is no number, and 1 is not 1.0.
READERS: dict[str, Callable[[Path, Csv], pd.DataFrame]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".parquet": lambda file, _: pd.read_parquet(file),
}
WRITERS = {
    ".csv": lambda frame, file: frame.to_csv(file, index=False),
    ".jsonl": lambda frame, file: frame.to_json(
        file, orient="records", lines=True, date_format="iso", double_precision=15
    ),
    ".parquet": lambda frame, file: frame.to_parquet(file, index=False),
}


def file_format(file: Path) -> str:
    """What a file is by its name: `.csv` for rows.csv and for rows.csv.gz."""
    return Path(file.stem).suffix if file.suffix == ".gz" else file.suffix


def read_table(file: Path, csv: Csv | None = None) -> pd.DataFrame:
    """One file as a frame; InputError if it is missing, empty, of an unknown kind, or broken."""
    if not file.is_file():
        raise InputError(f"{file} is not a file")
    if file_format(file) not in READERS:
        raise InputError(f"{file} is of no kind that can be read: use {', '.join(READERS)}")
    try:
        frame = READERS[file_format(file)](file, csv or Csv())
    except (ValueError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{file} cannot be read as {file_format(file)}: {reason}") from None
    if frame.empty:
        raise InputError(f"{file} has no rows")
    return frame


def write_table(frame: pd.DataFrame, file: Path) -> Path:
    """Write a frame beside `file` and rename it: `file` is whole or as it was."""
    if file.suffix not in WRITERS:
        raise InputError(f"{file} is of no kind that can be written: use {', '.join(WRITERS)}")
    try:
        with atomic_file(file) as part:
            WRITERS[file.suffix](frame, part)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise
        raise InputError(f"{file} cannot be written: {os.strerror(error.errno or 0)}") from None
    return file
