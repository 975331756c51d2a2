"""Which files hold the prediction log: a Parquet file for each compacted day, JSON lines else."""

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zlib import crc32

from ..errors import InputError
from ..settings import var
from ..storage import DamagedFileError, atomic_file, read_record, write_json

# The day of the log, how often it was compacted, the days of its rows, the digest of its layout,
# and the checksum of its content, which old files do not have.
DATE, DIGEST = r"(\d{4}-\d\d-\d\d)", "([0-9a-f]{8})"
DAY = re.compile(rf"{DATE}_(\d+)_{DATE}_{DATE}_{DIGEST}(?:_{DIGEST})?")
LINES = re.compile(r"(\d{4})(\d\d)(\d\d)T\d{6}-[0-9a-f]{8}")
SOURCES = b"log.sources"  # the key of the names of the JSON files that a Parquet file contains
SKIPPED = ".skipped.jsonl"  # next to a Parquet file: its lines that cannot be read
CHECKED = ".checked.json"  # the time and the size of each file whose checksum was right
CHUNK = 1 << 20  # bytes


@dataclass(frozen=True)
class DayFile:
    """The Parquet file of a day. It is never changed; a later one with a higher number wins."""

    path: Path
    day: str
    number: int
    first: str  # the first and the last day of its rows, which are not those of the predictions
    last: str
    layout: str
    checksum: str | None

    @property
    def is_whole(self) -> bool:
        """Whether each byte is the one that was written."""
        with suppress(OSError):
            if self.path.is_file():  # reading a pipe would never end
                return self.checksum in (None, compute_checksum(self.path))
        return False

    @cached_property
    def sources(self) -> frozenset[str]:
        """The names of the JSON files that it contains."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            metadata = pq.read_metadata(self.path).metadata or {}
        except (OSError, pa.ArrowInvalid):
            raise InputError(damage(self.path)) from None
        return frozenset(metadata.get(SOURCES, b"").decode().split())

    @property
    def skipped(self) -> Path:
        return self.path.with_suffix(SKIPPED)

    def holds(self, start: str | None, end: str | None) -> bool:
        """Whether it can hold rows from the day `start` to before the day `end`."""
        return (end is None or self.first < end) and (start is None or self.last >= start)


@dataclass(frozen=True)
class LogFiles:
    """What is in the folder of the log at one moment."""

    days: dict[str, DayFile]  # by day
    lines: list[Path]  # to read: JSON files that no Parquet file contains
    replaced: list[Path]  # not to read: their lines are in a Parquet file
    damaged: list[Path]  # Parquet files that cannot be read; no file of their days is replaced


def list_files(folder: str = "predictions") -> LogFiles:
    """The files to read. JSON files are listed first: one that is compacted meanwhile is known."""
    place = var(folder)
    lines = sorted(file for file in place.glob("[!.]*.jsonl") if file.is_file())
    every = sorted(filter(None, map(parse_name, place.glob("*.parquet"))), key=number_of)
    damaged = find_damaged(place / CHECKED, every)
    days = {file.day: file for file in every if file not in damaged}
    to_read = [file for file in lines if is_to_read(file, days)]
    older = [file.path for file in every if days.get(file.day, file) is not file]
    kept = {*to_read, *(file.path for file in damaged)}
    lost = {file.day for file in damaged}
    others = [file for file in (*older, *lines) if file not in kept and day_of(file) not in lost]
    return LogFiles(days, to_read, others, [file.path for file in damaged])


def find_damaged(checked: Path, files: list[DayFile]) -> list[DayFile]:
    """The files that are not whole. One that did not change since its last check is not read."""
    before: dict[str, list[int]] = {}
    with suppress(OSError, DamagedFileError):
        before = read_record(dict[str, list[int]], checked, "delete it")
    whole = {}
    for file in files:
        with suppress(OSError):
            status = file.path.stat()
            facts = [status.st_mtime_ns, status.st_size]
            if before.get(file.path.name) == facts or file.is_whole:
                whole[file.path.name] = facts
    if whole != before:
        with suppress(OSError), atomic_file(checked) as part:  # otherwise they are checked again
            write_json(whole, part)
    return [file for file in files if file.path.name not in whole]


def compute_checksum(path: Path) -> str:
    """The CRC-32 of a file."""
    checksum = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            checksum = crc32(chunk, checksum)
    return f"{checksum:08x}"


def number_of(file: DayFile) -> tuple[str, int, str]:
    return file.day, file.number, file.path.name


def parse_name(path: Path) -> DayFile | None:
    match = DAY.fullmatch(path.stem)
    if not match:
        return None
    day, number, *rest = match.groups()
    return DayFile(path, day, int(number), *rest)


def is_to_read(file: Path, days: dict[str, DayFile]) -> bool:
    if file.name.endswith(SKIPPED):
        return any(day.skipped == file for day in days.values())
    compacted = days.get(str(day_of(file)))
    return compacted is None or file.name not in compacted.sources


def day_of(file: Path) -> str | None:
    """The day of a file of the log; None for a file with another name."""
    if match := LINES.fullmatch(file.stem):
        return "-".join(match.groups())
    match = DAY.fullmatch(file.name.removesuffix(SKIPPED).removesuffix(".parquet"))
    return match and match[1]


def damage(path: object) -> str:
    return f"{path} is damaged: restore it from a backup, or delete {path}"
