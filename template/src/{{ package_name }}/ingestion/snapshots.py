"""A snapshot is a folder `var/snapshots/<period>-<digest>/` with rows as the source had them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from ..data import file_digest
from ..errors import InputError
from ..periods import describe_periods
from ..settings import NAME, load_spec, var
from ..spec import redact
from ..storage import (
    DamagedFileError,
    atomic_file,
    atomic_folder,
    read_record,
    temporary_path,
    write_json,
)
from .batches import BATCH_ROWS
from .locks import PATIENCE, hold_lock
from .partitions import partition_source
from .sources import OnProgress, no_progress


@dataclass(frozen=True)
class Snapshot:
    """The rows of one period as they were pulled."""

    period: str
    digest: str  # sha256 of the columns, their types and the rows in order
    file_digest: str  # sha256 of the file
    rows: int
    source: str
    pulled_at: str  # UTC, ISO 8601; of the first pull

    @property
    def name(self) -> str:
        return f"{self.period}-{self.digest[:12]}"

    @property
    def folder(self) -> Path:
        return var("snapshots", self.name)

    @property
    def file(self) -> Path:
        return self.folder / "rows.parquet"

    def batches(self) -> Iterator[pd.DataFrame]:
        """Yield the rows in batches; InputError if the file is not the one that was pulled."""
        if not self.file.is_file() or file_digest(self.file) != self.file_digest:
            raise self.changed_error()
        yield from read_frames(self.file)

    def changed_error(self) -> InputError:
        return InputError(f"{self.file} was changed after it was pulled: {pull_again(self.folder)}")


def read_frames(file: Path) -> Iterator[pd.DataFrame]:
    with pq.ParquetFile(file, pre_buffer=False) as rows:  # a buffer keeps what was read
        for batch in rows.iter_batches(BATCH_ROWS, use_threads=False):  # which cost more CPU
            yield batch.to_pandas(use_threads=False)


def pull_snapshots(
    until: str | None = None, on_progress: OnProgress = no_progress
) -> list[Snapshot]:
    """Save each period up to `until`, by default all, as a snapshot. Equal rows are saved once."""
    spec, folder = load_spec(), var("snapshots")
    lock = hold_lock(folder / ".lock", "another command is pulling the data", PATIENCE)
    with lock, temporary_path(folder) as scratch:
        files = partition_source(spec, scratch, on_progress)
        source = redact(spec.source)
        if until and until not in files:
            known = describe_periods(spec, files)
            raise InputError(f"{source} has no rows of {until}: {known}")
        periods = [period for period in files if until is None or period <= until]
        snapshots = [save_snapshot(period, files[period], source) for period in periods]
        write_latest({each.period: each.name for each in snapshots})
        return snapshots


def save_snapshot(period: str, file: Path, source: str) -> Snapshot:
    """Move a file of rows into the folder of its snapshot, unless the folder exists."""
    rows, digest = 0, sha256(str(pq.read_schema(file).remove_metadata()).encode())
    for frame in read_frames(file):
        rows += len(frame)
        # A hash per row, so that the digest does not depend on the size of batches.
        digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    now = datetime.now(UTC).isoformat(timespec="seconds")
    snapshot = Snapshot(period, digest.hexdigest(), file_digest(file), rows, source, now)
    if not snapshot.folder.exists():
        with atomic_folder(snapshot.folder) as part:
            file.rename(part / snapshot.file.name)
            write_json(asdict(snapshot), part / "snapshot.json")
    return read_snapshot(snapshot.name)


def read_snapshot(name: str) -> Snapshot:
    file = var("snapshots", name, "snapshot.json")
    remedy = pull_again(file.parent)
    if not file.exists():
        raise DamagedFileError(f"{file} is missing: {remedy}")
    snapshot = read_record(Snapshot, file, remedy)
    if snapshot.name != name:
        raise DamagedFileError(f"{file} belongs to the snapshot {snapshot.name}: {remedy}")
    return snapshot


def pull_again(path: Path) -> str:
    return f"delete {path} and run `{NAME} ingest` again"


def latest_snapshots(until: str | None = None) -> list[Snapshot]:
    """The latest snapshot of each period up to `until`, by default of all periods."""
    latest = read_latest()
    if not latest or (until and until not in latest):
        rows = f"of {until} " if until else ""
        raise InputError(f"no rows {rows}were pulled yet: run `{NAME} ingest` first")
    periods = [period for period in sorted(latest) if until is None or period <= until]
    return [read_snapshot(latest[period]) for period in periods]


def read_latest() -> dict[str, str]:
    """period -> its latest snapshot. A file says so, because clocks and file times can go back."""
    file = var("snapshots", "latest.json")
    return read_record(dict[str, str], file, pull_again(file)) if file.exists() else {}


def write_latest(names: dict[str, str]) -> None:
    with atomic_file(var("snapshots", "latest.json")) as part:
        write_json(dict(sorted((read_latest() | names).items())), part)
