"""What keeps the contract is admitted to `var/data/<period>.parquet`, where training reads."""

import filecmp
import shutil
from functools import cache
from pathlib import Path
from uuid import uuid4

import numpy as np
import pandas as pd

from ..errors import InputError
from ..ingestion.snapshots import Snapshot
from ..settings import load_spec, read, var
from ..spec import DataSpec
from . import verdict
from .contract import key_hashes
from .history import Settings


class ContractError(InputError):
    """The data are not what conf/data.yml declares."""


def admit(snapshot: Snapshot) -> Path:
    """Check a snapshot and put it where training reads; a newer one of its period replaces it."""
    spec, settings = load_spec(), read(Settings, "validation")
    target = var("data", f"{snapshot.period}.parquet")
    judged = verdict.read(snapshot.folder.name)
    if judged and judged.inputs == verdict.inputs(spec, settings) and same(target, snapshot.file):
        return target  # and whatever was admitted since was held against it
    found = verdict.judge(spec, settings, snapshot, keys_elsewhere(spec, target))
    if found.errors:
        page = var("validation", found.snapshot, "report.html")
        raise ContractError(
            f"{snapshot.period} is not admitted ({snapshot.rows} rows): "
            f"{'; '.join(found.errors)}. Look at {page}"
        )
    return put(snapshot.file, target)


def same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def put(file: Path, target: Path) -> Path:
    """A copy beside the target, renamed: whole or as it was."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{uuid4().hex}.part")
    try:
        shutil.copyfile(file, part)
        return part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def keys_elsewhere(spec: DataSpec, target: Path) -> list[np.ndarray]:
    """The keys of all admitted periods but one: for each period a hash each, sorted."""
    if spec.hashed:
        return []
    others = [file for file in sorted(target.parent.glob("*.parquet")) if file != target]
    return [keys_of(spec.key, file, file.stat().st_mtime_ns) for file in others]


@cache
def keys_of(key: str, file: Path, _: int) -> np.ndarray:
    """A command that admits many periods reads each once."""
    return np.sort(key_hashes(pd.read_parquet(file, columns=[key])[key]))
