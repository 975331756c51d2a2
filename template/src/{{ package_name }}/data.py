"""Read the rows that training and prediction use. Yours to change."""

import hashlib
from functools import cache
from pathlib import Path
from time import time

import pandas as pd

from .errors import InputError, warn
from .number_format import has_plain_numbers, write_plainly
from .periods import check_period, is_period, row_periods
from .schema import cast_columns, mask_missing
from .settings import NAME, root, var
from .spec import Csv, DataSpec
from .storage import sha256
from .tables import READERS, file_format, read_table

DIGEST = ".sha256"  # the suffix of the file with the digest of an accepted file
AT_REST = 2  # seconds since a file was written


def load_rows(spec: DataSpec, until: str | None = None) -> pd.DataFrame:
    """All rows for training up to and including the period `until`; by default all periods."""
    if accepts_data():  # which writes numbers plainly
        spec = spec.model_copy(update={"csv": Csv()})
    frame = pd.concat([read_rows(spec, file) for file in data_files(spec)], ignore_index=True)
    frame = cast_columns(spec, frame)
    if until is None:
        return frame
    return frame[row_periods(spec, frame) <= check_period(spec, frame, until)]


def data_files(spec: DataSpec) -> list[Path]:
    """The accepted data if a capability accepts data (`*/acceptance.py`), otherwise the source."""
    if not accepts_data():
        return source_files(root() / spec.source)
    if files := [file for file in sorted(var("data").glob("[!.]*")) if is_accepted(spec, file)]:
        if changed := [file for file in files if not is_unchanged(file)]:
            message = f"{changed[0]} was changed after it was accepted"
            raise InputError(f"{message}: run `{NAME} validate`, which accepts its snapshot again")
        return files
    raise InputError(f"no data are accepted yet: run `{NAME} ingest`, then `{NAME} validate`")


def accepts_data() -> bool:
    """Whether the project has a capability that accepts data."""
    return any(Path(__file__).parent.glob("*/acceptance.py"))


def is_accepted(spec: DataSpec, file: Path) -> bool:
    """Whether a file was accepted, by the digest next to it. Files of other people are named.

    InputError if it has the name of a period: without it, the rows of the period would be missing.
    """
    if file.suffix == DIGEST or (file.suffix == ".parquet" and digest_file(file).exists()):
        return file.suffix != DIGEST
    if file.suffix == ".parquet" and is_period(spec, file.stem):
        remedy = f"move {file} away, then run `{NAME} validate`"
        raise InputError(f"{file} was not accepted, or its digest is lost: {remedy}")
    warn(f"{file} is ignored: `{NAME} validate` did not accept it")
    return False


def is_unchanged(file: Path) -> bool:
    """Whether a file has the digest that was written when it was accepted."""
    recorded = digest_file(file)
    if not (file.is_file() and recorded.is_file()):
        return False
    return recorded.read_bytes().startswith(file_digest(file).encode())


def digest_file(file: Path) -> Path:
    return file.with_suffix(DIGEST)


def file_digest(file: Path) -> str:
    """sha256 of a file. One command asks several times, and reads a file that is at rest once."""
    status = file.stat()
    if time() - status.st_mtime < AT_REST:  # it may change within the resolution of its clock
        return read_digest(file)
    return known_digest(file, status.st_mtime_ns, status.st_size, status.st_ino)


def read_digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@cache
def known_digest(file: Path, *_: int) -> str:
    return read_digest(file)


def source_files(source: Path) -> list[Path]:
    """The source itself, or the data files in it if it is a folder."""
    if source.is_file():
        return [source]
    files = sorted(source.iterdir()) if source.is_dir() else []
    if files := [file for file in files if file_format(file) in READERS]:
        return files
    raise InputError(f"no data at {source}: put them there, or change `source` in conf/data.yml")


def read_rows(spec: DataSpec, file: Path) -> pd.DataFrame:
    """The rows of a file as text, numbers and dates, without the words for missing values."""
    return mask_missing(spec, normalize_numbers(spec, read_table(file, spec.csv)))


def read_features(spec: DataSpec, file: Path) -> pd.DataFrame:
    """The rows to predict in a file, as declared; InputError names the file."""
    rows = read_rows(spec, file)
    try:
        return cast_columns(spec, rows, labels=False)
    except InputError as error:
        raise InputError(f"{file}: {error}") from None


def normalize_numbers(spec: DataSpec, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with numbers as Python writes them, where the file has them as text."""
    if has_plain_numbers(spec.csv):
        return frame
    texts = {}
    for name in number_columns(spec):
        if name in frame and frame[name].dtype.kind not in "biufMm":
            is_text = frame[name].map(lambda value: isinstance(value, str))
            plain = write_plainly(frame[name][is_text].astype("str"), spec.csv)
            texts[name] = plain if is_text.all() else frame[name].astype("object")
            texts[name][is_text] = plain
    return frame.assign(**texts)


def number_columns(spec: DataSpec) -> list[str]:
    return [*spec.columns("number"), *([] if spec.is_classification else [spec.target])]


def drop_unlabelled(spec: DataSpec, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame[spec.target].notna()]


def frame_digest(frame: pd.DataFrame) -> str:
    """sha256 of the rows, in their order."""
    rows = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    return sha256(rows.tobytes())
