"""What keeps the contract is admitted to `var/data/<period>.parquet`, where training reads."""

from pathlib import Path

import pandas as pd

from ..data import text
from ..errors import InputError
from ..ingestion.snapshots import Snapshot
from ..settings import load_spec, var
from ..spec import DataSpec
from ..tables import write_table
from .contract import breaches


class ContractError(InputError):
    """The data are not what conf/data.yml declares."""


def admit(snapshot: Snapshot) -> Path:
    """Check a snapshot and put it where training reads; a newer one of its period replaces it."""
    frame = snapshot.read()
    spec = load_spec()
    if found := breaches(spec, frame):
        rules = "; ".join(str(breach) for breach in found)
        raise ContractError(f"{snapshot.period} is not admitted ({len(frame)} rows): {rules}")
    target = var("data", f"{snapshot.period}.parquet")
    if not spec.hashed and (twice := keys(spec, frame) & keys_elsewhere(spec, target)):
        raise ContractError(
            f"{snapshot.period} is not admitted: {len(twice)} values of `{spec.key}`, "
            f"{min(twice)} for one, are in another period already"
        )
    return write_table(frame, target)


def keys(spec: DataSpec, frame: pd.DataFrame) -> set[str]:
    return set(text(frame[spec.key]))


def keys_elsewhere(spec: DataSpec, target: Path) -> set[str]:
    """The keys of all admitted periods but one."""
    others = (file for file in target.parent.glob("*.parquet") if file != target)
    return set().union(*(keys(spec, pd.read_parquet(f, columns=[spec.key])) for f in others))
