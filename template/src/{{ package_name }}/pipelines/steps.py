"""From the source to a registered version. Each step finds what it made before."""

from ..ingestion.snapshots import pull_snapshots
from ..registry.versions import Version, register_run
from ..tracking.recorder import record_run
from ..training import train
from ..validation.acceptance import accept_snapshot


def run(period: str | None = None) -> Version:
    """All data up to `period`, by default all there are, as one version of the model."""
    prepare(period)
    return train_and_register(period)


def prepare(period: str | None = None) -> str:
    """Pull and accept all data up to `period`; returns the newest period."""
    snapshots = pull_snapshots(period)  # var/snapshots/<period>-<hash>
    for snapshot in snapshots:
        accept_snapshot(snapshot)  # var/data/<period>.parquet, or ContractError and nothing changes
    return snapshots[-1].period


def train_and_register(period: str | None = None) -> Version:
    """Train on accepted data up to `period`, record the run and register it."""
    trained = train(period)  # var/runs/<id>
    record_run(trained)  # an MLflow run with the tag run=<id>
    return register_run(trained)  # a version with the tag run=<id>
