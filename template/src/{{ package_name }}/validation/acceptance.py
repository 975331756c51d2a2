"""What keeps the contract is admitted to `var/data/<period>.parquet`, where training reads."""

import filecmp
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from ..errors import InputError
from ..ingestion.snapshots import Snapshot
from ..settings import load_spec, read_settings, var
from ..spec import DataSpec
from ..storage import atomic_file
from . import results
from .anomalies import ValidationSettings
from .contract import key_hashes


class ContractError(InputError):
    """The data are not what conf/data.yml declares."""


def accept_snapshot(snapshot: Snapshot) -> Path:
    """Check a snapshot and put it where training reads; a newer one of its period replaces it."""
    spec, settings = load_spec(), read_settings(ValidationSettings, "validation")
    target = var("data", f"{snapshot.period}.parquet")
    judged = results.read_result(snapshot.folder.name)
    if (
        judged
        and judged.inputs == results.settings_digest(spec, settings)
        and same_content(target, snapshot.file)
    ):
        return target  # and whatever was admitted since was held against it
    found = results.validate_snapshot(spec, settings, snapshot, keys_of_other_periods(spec, target))
    if found.errors:
        page = var("validation", found.snapshot, "report.html")
        raise ContractError(
            f"{snapshot.period} is not admitted ({snapshot.rows} rows): "
            f"{'; '.join(found.errors)}. Look at {page}"
        )
    return publish(snapshot.file, target)


def same_content(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def publish(file: Path, target: Path) -> Path:
    """Replace the target by a copy of the file."""
    with atomic_file(target) as part:
        shutil.copyfile(file, part)
    return target


def keys_of_other_periods(spec: DataSpec, target: Path) -> list[np.ndarray]:
    """The keys of all admitted periods but one: for each period a hash each, sorted."""
    if spec.has_hash_key:
        return []
    others = [file for file in sorted(target.parent.glob("*.parquet")) if file != target]
    return [sorted_key_hashes(spec.key, file, file.stat().st_mtime_ns) for file in others]


@cache
def sorted_key_hashes(key: str, file: Path, _: int) -> np.ndarray:
    """A command that admits many periods reads each once."""
    return np.sort(key_hashes(pd.read_parquet(file, columns=[key])[key]))
