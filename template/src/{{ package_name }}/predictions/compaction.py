"""Compacts the days of the log that are over to Parquet, and deletes what is too old to keep."""

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field
from pydantic_core import to_json

from ..errors import InputError
from ..ingestion.locks import PATIENCE, hold_lock
from ..periods import row_days
from ..settings import read_settings, var
from ..spec import DataSpec, FrozenModel
from ..storage import atomic_file, remove_leftovers, temporary_path, try_lock
from ..tables import to_records
from .database import connect, original_name, parquet, text, to_arrow
from .files import (
    SKIPPED,
    SOURCES,
    DayFile,
    LogFiles,
    compute_checksum,
    day_of,
    list_files,
)
from .lines import (
    AT,
    BATCH,
    RELEASE,
    VERSION,
    Batch,
    Line,
    Skipped,
    is_prediction,
    layout_digest,
    read_batches,
    to_batch,
)

GRACE = 3600  # seconds in which a process may still read or write a file


class PredictionSettings(FrozenModel):
    """`conf/predictions.yml`."""

    retention_days: int | None = Field(default=None, gt=0)


@dataclass(frozen=True)
class Day:
    """A day of the log with something to compact."""

    name: str
    old: DayFile | None
    lines: list[Path]


def compact(spec: DataSpec, folder: str = "predictions", line_type: type[Line] = Line) -> None:
    """Compact each day that is over and has new lines, and delete what is too old.

    Whenever the process is killed, each line is in exactly one of the files that are read.
    """
    settings = read_settings(PredictionSettings, "predictions")
    if not var(folder).is_dir():
        return
    busy = "another command is compacting the log"
    with hold_lock(var(folder, ".lock"), busy, PATIENCE), ExitStack() as locks:
        remove_leftovers(var(folder))
        delete_old(folder, settings.retention_days)
        delete_replaced(list_files(folder))
        for day in find_days(layout_digest(spec), list_files(folder), locks):
            compact_day(spec, folder, day, line_type)


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def delete_old(folder: str, retention_days: int | None) -> None:
    """Delete the days before the last `retention_days`, and say so."""
    if retention_days is None:
        return
    first = str(datetime.now(UTC).date() - timedelta(days=retention_days))
    files = list_files(folder)
    every = [*files.replaced, *files.lines, *files.damaged]
    every += [day.path for day in files.days.values()]
    old = {file: day for file in every if (day := day_of(file)) and day < first}
    for file in old:  # the Parquet files last: with one gone, its JSON files would count again
        file.unlink(missing_ok=True)
    if old:
        span = f"{min(old.values())} to {max(old.values())}"
        reason = f"`retention_days` in conf/predictions.yml is {retention_days}"
        logging.warning("predictions of %s are deleted, because %s", span, reason)


def delete_replaced(files: LogFiles) -> None:
    """Delete what newer files contain, when no process that listed it can still read it."""
    newest = max((day.path.stat().st_mtime for day in files.days.values()), default=0.0)
    if time() - newest <= GRACE:
        return
    for file in files.replaced:  # `list_files` has checked that the Parquet files are whole
        file.unlink(missing_ok=True)


def find_days(layout: str, files: LogFiles, locks: ExitStack) -> Iterator[Day]:
    """The days to compact. Files that a living server may write to are left out."""
    lines: dict[str, list[Path]] = {}
    for file in files.lines:
        if file.name.endswith(SKIPPED):
            continue
        if (day := day_of(file)) and day < today() and is_complete(file, locks):
            lines.setdefault(day, []).append(file)
    changed = {name for name, day in files.days.items() if day.layout != layout}
    lost = {day_of(file) for file in files.damaged}  # may be restored, and its lines come back
    for name in sorted(({*lines} | changed) - lost):
        yield Day(name, files.days.get(name), lines.get(name, []))


def is_complete(file: Path, locks: ExitStack) -> bool:
    """Whether nobody writes to a file any more. Its lock is held from now on."""
    if time() - file.stat().st_mtime < GRACE or (lock := try_lock(file)) is None:
        return False
    locks.callback(os.close, lock)
    return True


def compact_day(spec: DataSpec, folder: str, day: Day, line_type: type[Line]) -> None:
    """Write the Parquet file that replaces all others of a day; without a valid line, none."""
    layout, old = layout_digest(spec), day.old
    kept = [old] if old and old.layout == layout else []
    parts, days = [each.path for each in kept], [each.first for each in kept]
    days += [each.last for each in kept]
    with temporary_path(var(folder)) as place:
        skipped = place / "skipped"
        with skipped.open("wb") as rest:
            for batch in day_batches(spec, day, layout, line_type):
                rest.writelines(line.content for line in batch.skipped)
                if len(batch.rows):
                    parts.append(place / f"{len(parts)}.parquet")
                    pq.write_table(to_arrow(batch.rows), parts[-1])
                    days += row_range(spec, batch.rows)
        if not parts and old is None:
            return  # a file of JSON lines that cannot be read stays where it is
        if not parts:
            parts, days = [place / "none.parquet"], [day.name]
            pq.write_table(pa.table({AT: pa.array([], pa.string())}), parts[0])
        merged = place / "merged.parquet"
        sources = old.sources if old else frozenset()
        merge(parts, merged, sources | {file.name for file in day.lines})
        number = old.number + 1 if old else 1
        facts = (day.name, number, min(days), max(days), layout, compute_checksum(merged))
        target = var(folder, f"{'_'.join(map(str, facts))}.parquet")
        if skipped.stat().st_size:  # before the Parquet file: without it, nobody reads this file
            skipped.rename(target.with_suffix(SKIPPED))
        merged.rename(target)


def day_batches(spec: DataSpec, day: Day, layout: str, line_type: type[Line]) -> Iterator[Batch]:
    """The lines that the present Parquet file does not hold as declared."""
    old = day.old
    if old and old.layout != layout:
        for part in pq.ParquetFile(old.path).iter_batches(BATCH):
            yield from_parquet(spec, part.to_pandas().rename(columns=original_name), line_type)
    files = [old.skipped] if old and old.skipped.exists() else []
    yield from read_batches(spec, files + day.lines, line_type)


def from_parquet(spec: DataSpec, table: pd.DataFrame, line_type: type[Line]) -> Batch:
    """Rows that were declared otherwise, as they are declared now."""
    field = line_type.model_fields["prediction"].alias or "prediction"
    lines = []
    for values in to_records(table):
        origin = {"at": values.pop(AT), "release": values.pop(RELEASE)}
        origin["version"] = values.pop(VERSION)
        prediction = {name: values.pop(name) for name in [*values] if is_prediction(spec, name)}
        content = to_json(origin | {"row": values, field: prediction})
        lines.append(Skipped("", content + b"\n"))
    return to_batch(spec, table, lines, [])


def row_range(spec: DataSpec, rows: pd.DataFrame) -> tuple[str, str]:
    """The first and the last day of rows, or of their predictions if rows have no time."""
    days = row_days(spec, rows) if spec.time else rows[AT].str[:10]
    return str(days.min())[:10], str(days.max())[:10]


def merge(parts: list[Path], target: Path, sources: frozenset[str]) -> None:
    """Write the rows of Parquet files to one file, and read it back."""
    with connect() as database, atomic_file(target) as file:
        metadata = f"KV_METADATA {{{SOURCES.decode()!r}: {text(' '.join(sorted(sources)))}}}"
        options = f"FORMAT parquet, COMPRESSION zstd, {metadata}"
        database.execute(f"COPY (SELECT * FROM {parquet(parts)}) TO {text(file)} ({options})")
        batches = pq.ParquetFile(file).iter_batches(BATCH)
        if sum(map(len, batches)) != sum(pq.read_metadata(part).num_rows for part in parts):
            raise InputError(f"{target} was not written whole: check the disk")
