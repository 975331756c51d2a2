"""From the source to a registered version. Each step finds what it made before."""

from ..ingestion.snapshots import pull
from ..registry.versions import Version, register
from ..tracking.recorder import record
from ..training import train
from ..validation.door import admit


def run(period: str | None = None) -> Version:
    """All data up to `period`, by default all there are, as one version of the model."""
    for snapshot in pull(period):  # var/snapshots/<period>-<hash>
        admit(snapshot)  # var/data/<period>.parquet, or ContractError and nothing changes
    trained = train(period)  # var/runs/<id>
    record(trained)  # an MLflow run with the tag run=<id>
    return register(trained)  # a version with the tag run=<id>
