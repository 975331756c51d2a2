"""What keeps the contract is admitted to `var/data/<period>.parquet`, where training reads."""

from pathlib import Path

from ..data import write_table
from ..errors import InputError
from ..ingestion.snapshots import Snapshot
from ..settings import load_spec, var
from .contract import breaches


class ContractError(InputError):
    """The data are not what conf/data.yml declares."""


def admit(snapshot: Snapshot) -> Path:
    """Check a snapshot and put it where training reads; a newer one of its period replaces it."""
    frame = snapshot.read()
    if found := breaches(load_spec(), frame):
        rules = "; ".join(str(breach) for breach in found)
        raise ContractError(f"{snapshot.period} is not admitted ({len(frame)} rows): {rules}")
    return write_table(frame, var("data", f"{snapshot.period}.parquet"))
