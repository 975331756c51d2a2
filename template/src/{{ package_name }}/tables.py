"""Read and write files of rows, and standard input and output in their place."""

import gzip
import re
import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic_core import from_json, to_json

from .errors import InputError
from .spec import Csv
from .storage import atomic_file

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
MAX_EXACT, MAX_INT64 = 2**53, 2**63  # floats hold whole numbers up to the first
STDIN, STDOUT = "standard input", "standard output"  # file names that stand for the streams


def read_csv(file: Any, csv: Csv) -> pd.DataFrame:
    """A frame of text."""
    return pd.concat(read_csv_batches(file, csv, None))


def read_csv_batches(file: Any, csv: Csv, rows: int | None) -> Iterator[pd.DataFrame]:
    """Yield frames of text with so many rows. Words for a missing value are text as well."""
    options: dict[str, Any] = {
        "sep": csv.delimiter,
        "encoding": csv.encoding,
        "quotechar": csv.quote,
        "escapechar": csv.escape,
        "header": "infer" if csv.header else None,
        "skiprows": csv.skip,
    }
    with pd.read_csv(file, dtype="str", na_filter=False, iterator=True, **options) as reader:
        while True:
            try:
                frame = reader.get_chunk(rows)
            except StopIteration:
                return
            if not csv.header:
                frame.columns = [f"column_{number}" for number in range(1, frame.shape[1] + 1)]
            frame = frame.rename(columns=trim_name)
            yield frame[~frame.iloc[:, 0].str.strip().isin(csv.totals)] if csv.totals else frame


def read_json_lines(file: Any, _: Csv) -> pd.DataFrame:
    """Not by pandas, which rounds large whole numbers in a column with gaps."""
    rows = []
    for number, line in enumerate(read_bytes(file).removeprefix(BOM_UTF8).splitlines(), start=1):
        if line.strip():
            rows.append(row := from_json(line))
            if not isinstance(row, dict):
                raise ValueError(f"line {number:,} holds no object")
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: exact_column([row.get(name) for row in rows]) for name in names}
    return pd.DataFrame(columns, index=range(len(rows)))


def exact_column(values: list[Any]) -> pd.Series:
    """Large whole numbers stay as they are, unless all values fit into 64 bits."""
    is_large = any(type(value) is int and abs(value) > MAX_EXACT for value in values)
    fits = all(type(value) is int and abs(value) < MAX_INT64 for value in values)
    return pd.Series(values, dtype="object" if is_large and not fits else None)


def read_parquet(file: Any, _: Csv) -> pd.DataFrame:
    """A named index is a column. Large whole numbers stay exact in a column with gaps."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as opened:
        rows = opened.read()
    frame = rows.to_pandas()
    names = [name for name in frame.index.names if name is not None]
    frame = (frame.reset_index(names) if names else frame).reset_index(drop=True)
    for field in rows.schema:
        if pa.types.is_integer(field.type) and rows[field.name].null_count and field.name in frame:
            values = rows[field.name].to_pandas(integer_object_nulls=True)
            if (values.dropna().map(abs) > MAX_EXACT).any():
                frame[field.name] = values
    return frame


def read_bytes(file: Any) -> bytes:
    if not isinstance(file, Path):
        return bytes(file.read())
    with gzip.open(file) if is_compressed(file) else file.open("rb") as content:
        return content.read()


def to_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON can hold them: no NaN, times in ISO 8601."""
    # Not the `to_json` of pandas: it rounds numbers, and a row must stay the row that was read.
    times = frame.select_dtypes("datetime").columns
    texts = {name: frame[name].map(pd.Timestamp.isoformat, na_action="ignore") for name in times}
    values = frame.assign(**texts).astype("object").rename(columns=str)
    return values.where(values.notna(), None).to_dict("records")


def to_json_lines(frame: pd.DataFrame) -> bytes:
    rows = to_records(frame)
    return b"".join(to_json(row, inf_nan_mode="null", fallback=str) + b"\n" for row in rows)


# Text stays text until it is cast as declared: 007 is not the number 7, and 1 is not 1.0.
READERS: dict[str, Callable[[Any, Csv], pd.DataFrame]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), read_csv),
    **dict.fromkeys((".jsonl", ".ndjson"), read_json_lines),
    ".parquet": read_parquet,
}
WRITERS: dict[str, Callable[[pd.DataFrame, Any], None]] = {
    ".csv": lambda frame, file: frame.to_csv(file, index=False),
    ".jsonl": lambda frame, file: file.write(to_json_lines(frame)),
    ".parquet": lambda frame, file: frame.to_parquet(file, index=False),
}


def escape_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame in which a spreadsheet takes no text for a formula: an apostrophe comes first."""
    texts = {name: frame[name] for name in frame if frame[name].dtype.kind not in "biufM"}
    return frame.assign(**{name: column.map(escape_formula) for name, column in texts.items()})


def escape_formula(cell: Any) -> Any:
    if not (isinstance(cell, str) and cell.startswith(FORMULA_STARTS)) or NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"


def file_format(file: Path) -> str:
    """The format of a file by its name: `.csv` for rows.csv and for rows.csv.gz."""
    return Path(file.stem if is_compressed(file) else file.name).suffix.lower()


def is_compressed(file: Path) -> bool:
    return file.suffix.lower() == ".gz"


def read_table(file: Path, csv: Csv | None = None) -> pd.DataFrame:
    """A file as a frame; InputError if it is missing, empty, broken or of another format."""
    if file_format(file) not in READERS:
        raise InputError(f"{file} cannot be read: its format must be {', '.join(READERS)}")
    if file.stem != STDIN and not file.is_file():
        raise InputError(f"{file} is not a file")
    try:
        source = BytesIO(sys.stdin.buffer.read()) if file.stem == STDIN else file
        frame = READERS[file_format(file)](source, csv or Csv()).rename(columns=trim_name)
    except (ValueError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{file} cannot be read as {file_format(file)}: {reason}") from None
    if frame.empty:
        raise InputError(f"{file} has no rows")
    return frame


def trim_name(name: Any) -> Any:
    """The name of a column without blanks around it."""
    return name.strip() if isinstance(name, str) else name


def write_table(frame: pd.DataFrame, file: Path, escape: bool = False) -> Path:
    """Write a file of rows; with `escape` CSV holds no text that a spreadsheet would run."""
    if file.suffix not in WRITERS:
        raise InputError(f"{file} cannot be written: its format must be {', '.join(WRITERS)}")
    if file.suffix == ".csv" and escape:
        frame = escape_formulas(frame)
    if file.stem == STDOUT:
        WRITERS[file.suffix](frame, buffer := BytesIO())
        sys.stdout.buffer.write(buffer.getvalue())
        return file
    try:
        with atomic_file(file) as part, part.open("wb") as opened:
            WRITERS[file.suffix](frame, opened)
    except (FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError) as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from None
    return file
