"""A snapshot is a folder `var/snapshots/<period>-<hash>/`: rows as the source had them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow.parquet as pq
from filelock import FileLock

from ..errors import InputError
from ..periods import row_periods
from ..schema import parse_required_dates, require_column
from ..settings import NAME, load_spec, var
from ..spec import DataSpec
from ..storage import atomic_file, atomic_folder, from_stored, write_json
from ..tables import read_table
from .batches import BATCH_ROWS, read_batches
from .partitions import Partitioner, RowDigest, hash_batch
from .sources import OnProgress, local_files, no_progress, shown


@dataclass(frozen=True)
class Snapshot:
    """Rows as they were pulled. The name holds the first digits of their hash."""

    period: str
    digest: str  # sha256 of the columns, their types and the rows, in their order
    rows: int
    source: str
    pulled: str  # UTC, ISO 8601; the first time

    @property
    def folder(self) -> Path:
        return var("snapshots", f"{self.period}-{self.digest[:12]}")

    @property
    def file(self) -> Path:
        return self.folder / "rows.parquet"

    def batches(self) -> Iterator[pd.DataFrame]:
        """The rows, some at a time; InputError in the end if they are not those once pulled."""
        found = None
        try:
            with pq.ParquetFile(self.file) as rows:
                digest = RowDigest(rows.schema_arrow)
                for batch in rows.iter_batches(BATCH_ROWS):
                    frame = batch.to_pandas()
                    digest.add(hash_batch(frame))
                    yield frame
                found = digest.hexdigest()
        except (OSError, ValueError):
            pass  # no Parquet any more
        if found != self.digest:
            raise InputError(
                f"{self.file} was changed after it was pulled: "
                f"delete {self.folder.name} and run `{NAME} ingest` again"
            )

    def read(self) -> pd.DataFrame:
        """All rows; InputError if they are not those once pulled."""
        for _ in self.batches():
            pass
        return read_table(self.file)


def pull_snapshots(until: str | None = None, tell: OnProgress = no_progress) -> list[Snapshot]:
    """Snapshots of each period up to `until`, by default of all. The same rows are the same one."""
    spec, place = load_spec(), var("snapshots")
    place.mkdir(parents=True, exist_ok=True)
    with FileLock(place / ".lock"), TemporaryDirectory(".part", ".pull-", place) as scratch:
        cut = Partitioner(Path(scratch))
        for file, table in read_batches(spec, local_files(spec.source, tell)):
            frame = table.to_pandas()
            with name_file_in_errors(file):
                cut.add(table, frame, batch_periods(spec, frame))
            tell("rows", cut.rows, None)
        found = cut.finish()
        if until and until not in found:
            raise InputError(
                f"{shown(spec.source)} has no rows of {until}: it has {min(found)} to {max(found)}"
            )
        now, source = datetime.now(UTC).isoformat(timespec="seconds"), shown(spec.source)
        wanted = {each: found[each] for each in sorted(found) if until is None or each <= until}
        kept = []
        for period, piece in wanted.items():
            snapshot = Snapshot(period, piece.digest.hexdigest(), piece.rows, source, now)
            kept.append(save_snapshot(snapshot, piece.file))
        write_latest({each.period: each.folder.name for each in kept})
        return kept


@contextmanager
def name_file_in_errors(file: Path) -> Iterator[None]:
    """Says which of the files it was."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{file.name}: {error}") from None


def batch_periods(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    if spec.time is None:
        return row_periods(spec, frame)
    name = spec.time.column
    require_column(frame, name)
    return row_periods(
        spec, frame.assign(**{name: parse_required_dates(frame[name], spec.time.format)})
    )


def save_snapshot(snapshot: Snapshot, rows: Path) -> Snapshot:
    if not snapshot.folder.exists():
        with atomic_folder(snapshot.folder) as part:
            rows.rename(part / snapshot.file.name)
            (part / "snapshot.json").write_text(json.dumps(asdict(snapshot), indent=2) + "\n")
    return read_snapshot(snapshot.folder)


def read_snapshot(folder: Path) -> Snapshot:
    """A snapshot by its folder."""
    return from_stored(Snapshot, json.loads((folder / "snapshot.json").read_text()))


def latest_snapshots(until: str | None = None) -> list[Snapshot]:
    """The snapshot pulled last of each period up to `until`; InputError if it has none."""
    last = read_latest()
    if not last or (until and until not in last):
        what = f"of {until} " if until else ""
        raise InputError(f"nothing {what}is pulled yet: run `{NAME} ingest` first")
    wanted = [last[each] for each in sorted(last) if until is None or each <= until]
    for name in wanted:
        if not var("snapshots", name, "snapshot.json").is_file():
            raise InputError(f"the snapshot {name} is gone: run `{NAME} ingest` again")
    return [read_snapshot(var("snapshots", name)) for name in wanted]


def read_latest() -> dict[str, str]:
    """period -> the snapshot pulled last. A file, as clocks and times of folders may go back."""
    file = var("snapshots", "newest.json")
    return dict(json.loads(file.read_text())) if file.is_file() else {}


def write_latest(names: dict[str, str]) -> None:
    with atomic_file(var("snapshots", "newest.json")) as part:
        write_json(dict(sorted((read_latest() | names).items())), part)
