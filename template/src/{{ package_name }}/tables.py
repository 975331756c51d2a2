"""Files of rows: read as they are, written whole or not at all."""

from pathlib import Path
from uuid import uuid4

import pandas as pd

from .errors import InputError

# Text stays text until the declaration says otherwise: 007 is no number, and 1 is not 1.0.
READERS = {
    ".csv": lambda file: pd.read_csv(file, dtype="str"),
    ".jsonl": lambda file: pd.read_json(file, lines=True, dtype=False, convert_dates=False),
    ".parquet": pd.read_parquet,
}
WRITERS = {
    ".csv": lambda frame, file: frame.to_csv(file, index=False),
    ".jsonl": lambda frame, file: frame.to_json(
        file, orient="records", lines=True, date_format="iso"
    ),
    ".parquet": lambda frame, file: frame.to_parquet(file, index=False),
}


def read_table(file: Path) -> pd.DataFrame:
    """One file as a frame; InputError if it is missing, empty, of an unknown kind, or broken."""
    if not file.is_file():
        raise InputError(f"{file} is not a file")
    if file.suffix not in READERS:
        raise InputError(f"{file} is of no kind that can be read: use {', '.join(READERS)}")
    try:
        frame = READERS[file.suffix](file)
    except (ValueError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{file} cannot be read as {file.suffix}: {reason}") from None
    if frame.empty:
        raise InputError(f"{file} has no rows")
    return frame


def write_table(frame: pd.DataFrame, file: Path) -> Path:
    """Write a frame beside `file` and rename it: `file` is whole or as it was."""
    if file.suffix not in WRITERS:
        raise InputError(f"{file} is of no kind that can be written: use {', '.join(WRITERS)}")
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{uuid4().hex}.part")
    try:
        WRITERS[file.suffix](frame, part)
        return part.replace(file)
    finally:
        part.unlink(missing_ok=True)
