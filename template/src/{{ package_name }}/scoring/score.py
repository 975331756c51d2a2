"""Scores files of any size with the active release, and continues where it was stopped."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from ..deployment.pointer import read_active
from ..deployment.release import DIGESTS, Release, open_release, release_folder
from ..errors import InputError
from ..formatting import format_count
from ..ingestion.locks import hold_lock
from ..settings import NAME, var
from ..spec import check_address
from ..storage import atomic_file, sha256
from ..tables import READERS, WRITERS
from .batch_model import BatchModel
from .output import join_parts
from .rows import Batch, find_files, read_batches

PART_ROWS = 500_000
OnProgress = Callable[[str, float], None]  # what is done, and the share that is done


def score(
    source: str,
    output: Path | None = None,
    raw: bool = False,
    on_progress: OnProgress = lambda text, share: None,
) -> dict[str, Any]:
    """Score the rows of a file, a folder or a URL, each once and in order."""
    active = read_active()
    if active is None:
        raise InputError(f"nothing is released yet: run `{NAME} promote` first")
    release = open_release(active.release, active.version, compiled=True)
    target = output or var("scored", f"{source_name(source)}.csv")
    if target.suffix not in WRITERS:
        raise InputError(f"{target} cannot be written: its format must be {', '.join(WRITERS)}")
    with work_folder(target) as work:
        files = find_files(source, work / "downloads", lambda text: on_progress(text, 0.0))
        check_target(target, source, files)
        parts, rows = write_parts(release, files, open_parts(work, release, files), on_progress)
        join_parts(parts, target, raw)
        for finished in work.glob("*/"):
            shutil.rmtree(finished)
    return {"file": target, "rows": rows, "version": active.version, "release": active.release}


def source_name(source: str) -> str:
    """The name of a file, a folder or a URL without the suffixes of its format."""
    if "://" in source:
        try:
            address = urlsplit(str(check_address(source)))
        except ValueError as error:
            raise InputError(f"{error}, or give a path") from None
        name = Path(address.path).name or str(address.hostname)
    else:
        name = (Path(source).resolve() if Path(source).is_dir() else Path(source)).name
    name = name.removesuffix(".gz")
    return Path(name).stem if Path(name).suffix in READERS else name


def check_target(target: Path, source: str, files: list[Path]) -> None:
    """InputError if the target would replace rows of the source, or become some of them."""
    new = target.resolve()
    if {new, new.parent} & {path.resolve() for path in (Path(source), *files)}:
        raise InputError(f"{target} is in the source {source}: choose another --output")


@contextmanager
def work_folder(target: Path) -> Iterator[Path]:
    """A hidden folder for what a target is made from; it stays if a part or a download is in it."""
    folder = var("scored", f".{target.name}-{sha256(str(target.resolve()).encode())[:8]}")
    folder.mkdir(parents=True, exist_ok=True)
    lock = hold_lock(folder / ".lock", f"another command is writing {target}").lock
    try:
        yield folder
    finally:
        lock.release()  # Windows removes no file that is open
        with suppress(OSError):  # the folder is not empty
            for kept in folder.glob("*/"):
                kept.rmdir()
            (folder / ".lock").unlink()
            folder.rmdir()


def open_parts(work: Path, release: Release, files: list[Path]) -> Path:
    """The folder for parts of these inputs: a command that was stopped may have left some."""
    states = [(str(file.resolve()), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    digests = (release_folder(release.metadata.release) / DIGESTS).read_text()
    folder = work / f"parts-{sha256(json.dumps([digests, states]).encode())[:16]}"
    for other in {*work.glob("parts-*")} - {folder}:
        shutil.rmtree(other)
    folder.mkdir(exist_ok=True)
    return folder


def write_parts(
    release: Release, files: list[Path], folder: Path, on_progress: OnProgress
) -> tuple[list[Path], int]:
    """Write the parts that are missing; returns all parts, and the number of rows."""
    model, parts, total = BatchModel(release), list[Path](), 0
    sizes = [file.stat().st_size for file in files]
    for file, size, before in zip(files, sizes, accumulate(sizes, initial=0), strict=False):
        start = total
        for batches in split_parts(read_batches(model.spec, file)):
            part, predictions = folder / f"{len(parts):06}.parquet", list[pa.Table]()
            is_new = not part.exists()
            for rows, share in batches:
                if is_new:
                    predictions.append(model.predict(file, rows, total - start))
                total += len(rows)
                on_progress(format_count(total, "row"), (before + share * size) / sum(sizes))
            if is_new:
                with atomic_file(part) as new:
                    pq.write_table(pa.concat_tables(predictions), new)
            parts.append(part)
    return parts, total


def split_parts(batches: Iterator[Batch]) -> Iterator[Iterator[Batch]]:
    """Yield the batches of each part. Every part but the last has at least PART_ROWS rows."""

    def take(batch: Batch | None) -> Iterator[Batch]:
        rows = 0
        while batch is not None:
            yield batch
            rows += len(batch[0])
            batch = next(batches, None) if rows < PART_ROWS else None

    while (first := next(batches, None)) is not None:
        yield take(first)
