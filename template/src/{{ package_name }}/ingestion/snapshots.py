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

from ..data import moments, periods, require
from ..errors import InputError
from ..runs import known, unfinished
from ..settings import NAME, load_spec, var
from ..spec import DataSpec
from ..tables import read_table
from .batches import ROWS, batches
from .cutting import Cut, Digest, hashes
from .sources import Tell, local_files, quiet, shown


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
                digest = Digest(rows.schema_arrow)
                for batch in rows.iter_batches(ROWS):
                    frame = batch.to_pandas()
                    digest.add(hashes(frame))
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


def pull(until: str | None = None, tell: Tell = quiet) -> list[Snapshot]:
    """Snapshots of each period up to `until`, by default of all. The same rows are the same one."""
    spec, place = load_spec(), var("snapshots")
    place.mkdir(parents=True, exist_ok=True)
    with FileLock(place / ".lock"), TemporaryDirectory(".part", ".pull-", place) as scratch:
        cut = Cut(Path(scratch))
        for file, table in batches(spec, local_files(spec.source, tell)):
            frame = table.to_pandas()
            with named(file):
                cut.add(table, frame, row_periods(spec, frame))
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
            kept.append(keep(snapshot, piece.file))
        point({each.period: each.folder.name for each in kept})
        return kept


@contextmanager
def named(file: Path) -> Iterator[None]:
    """Says which of the files it was."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{file.name}: {error}") from None


def row_periods(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    if spec.time is None:
        return periods(spec, frame)
    name = spec.time.column
    require(frame, name)
    return periods(spec, frame.assign(**{name: moments(frame[name], spec.time.format)}))


def keep(snapshot: Snapshot, rows: Path) -> Snapshot:
    if not snapshot.folder.exists():
        with unfinished(snapshot.folder) as part:
            rows.rename(part / snapshot.file.name)
            (part / "snapshot.json").write_text(json.dumps(asdict(snapshot), indent=2) + "\n")
    return read(snapshot.folder)


def read(folder: Path) -> Snapshot:
    """A snapshot by its folder."""
    return known(Snapshot, json.loads((folder / "snapshot.json").read_text()))


def newest(until: str | None = None) -> list[Snapshot]:
    """The snapshot pulled last of each period up to `until`; InputError if it has none."""
    last = pointed()
    if not last or (until and until not in last):
        what = f"of {until} " if until else ""
        raise InputError(f"nothing {what}is pulled yet: run `{NAME} ingest` first")
    wanted = [last[each] for each in sorted(last) if until is None or each <= until]
    for name in wanted:
        if not var("snapshots", name, "snapshot.json").is_file():
            raise InputError(f"the snapshot {name} is gone: run `{NAME} ingest` again")
    return [read(var("snapshots", name)) for name in wanted]


def pointed() -> dict[str, str]:
    """period -> the snapshot pulled last. A file, as clocks and times of folders may go back."""
    file = var("snapshots", "newest.json")
    return dict(json.loads(file.read_text())) if file.is_file() else {}


def point(names: dict[str, str]) -> None:
    file = var("snapshots", "newest.json")
    part = file.with_name(".newest.part")
    part.write_text(json.dumps(pointed() | names, indent=2, sort_keys=True) + "\n")
    part.replace(file)
