"""The steps from the source to a registered version. A step that was done is not done again."""

from ..ingestion.snapshots import pull_snapshots
from ..registry.versions import Version, register_run
from ..tracking.recorder import record_run
from ..training import train
from ..validation.acceptance import accept_snapshots


def run(period: str | None = None) -> Version:
    """Train on all data up to `period`, by default on all, and register the result."""
    prepare(period)
    return train_and_register(period)


def prepare(period: str | None = None) -> str:
    """Pull and accept all data up to `period`; returns the last period that the source has."""
    snapshots = pull_snapshots(period)  # var/snapshots/<period>-<digest>
    accept_snapshots(snapshots)  # var/data/<period>.parquet, or ContractError
    return snapshots[-1].period


def train_and_register(period: str | None = None) -> Version:
    """Train on the accepted data up to `period`, record the run and register it."""
    trained = train(period)  # var/runs/<id>
    record_run(trained)  # an MLflow run with the tag run=<id>
    return register_run(trained)  # a version with the tag run=<id>
