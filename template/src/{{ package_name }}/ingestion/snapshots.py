"""A snapshot is a folder `var/snapshots/<period>-<hash>/`: rows as the source had them."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from ..data import moments, periods, read_rows, require, source_files
from ..errors import InputError
from ..runs import known, sha256, unfinished
from ..settings import NAME, load_spec, root, var
from ..spec import DataSpec
from ..tables import read_table


@dataclass(frozen=True)
class Snapshot:
    """Rows as they were pulled. The name holds the first digits of the sha256 of their file."""

    period: str
    digest: str  # sha256 of rows.parquet
    rows: int
    source: str
    pulled: str  # UTC, ISO 8601; the first time

    @property
    def folder(self) -> Path:
        return var("snapshots", f"{self.period}-{self.digest[:12]}")

    def read(self) -> pd.DataFrame:
        """The rows; InputError if the file is not the one that was pulled."""
        file = self.folder / "rows.parquet"
        if not file.is_file() or sha256(file.read_bytes()) != self.digest:
            raise InputError(f"{file} was changed after it was pulled: delete {self.folder.name}")
        return read_table(file)


def pull(until: str | None = None) -> list[Snapshot]:
    """Snapshots of each period up to `until`, by default of all. The same rows are the same one."""
    spec = load_spec()
    files = source_files(root() / spec.source)
    frame = pd.concat([read_rows(spec, file) for file in files], ignore_index=True)
    found = row_periods(spec, frame)
    if until and until not in set(found):
        first, last = found.min(), found.max()
        raise InputError(f"{spec.source} has no rows of {until}: it has {first} to {last}")
    wanted = [each for each in sorted(found.unique()) if until is None or each <= until]
    return [keep(each, frame[found == each], spec.source) for each in wanted]


def row_periods(spec: DataSpec, frame: pd.DataFrame) -> pd.Series:
    if spec.time is None:
        return periods(spec, frame)
    name = spec.time.column
    require(frame, name)
    return periods(spec, frame.assign(**{name: moments(frame[name], spec.time.format)}))


def keep(period: str, frame: pd.DataFrame, source: str) -> Snapshot:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    mixed = {name: frame[name].astype("str") for name in frame if frame[name].dtype == object}
    content = frame.assign(**mixed).reset_index(drop=True).to_parquet(index=False)
    snapshot = Snapshot(period, sha256(content), len(frame), source, now)
    if not snapshot.folder.exists():
        with unfinished(snapshot.folder) as part:
            (part / "rows.parquet").write_bytes(content)
            (part / "snapshot.json").write_text(json.dumps(asdict(snapshot), indent=2) + "\n")
    os.utime(snapshot.folder)  # the folder's time is that of the last pull: `newest` reads it
    return read(snapshot.folder)


def read(folder: Path) -> Snapshot:
    """A snapshot by its folder."""
    return known(Snapshot, json.loads((folder / "snapshot.json").read_text()))


def newest(until: str | None = None) -> list[Snapshot]:
    """The snapshot pulled last of each period up to `until`; InputError if it has none."""
    folders = [file.parent for file in var("snapshots").glob("[!.]*/snapshot.json")]
    last = {read(f).period: f for f in sorted(folders, key=lambda f: f.stat().st_mtime_ns)}
    if not last or (until and until not in last):
        what = f"of {until} " if until else ""
        raise InputError(f"nothing {what}is pulled yet: run `{NAME} ingest` first")
    return [read(last[each]) for each in sorted(last) if until is None or each <= until]
