"""The steps from the source to a registered version. A step that was done is not done again."""

from ..ingestion.snapshots import pull_snapshots
from ..registry.registration import register_run
from ..registry.versions import Version, list_versions
from ..runs import Run
from ..tracking.recorder import record_run
from ..training import train
from ..validation.acceptance import accept_snapshots
from .backfill import PeriodResult, Trained, check_order, choose_periods


def run(period: str | None = None) -> Version:
    """Train on all data up to `period`, by default on all, and register the result."""
    return register(prepare_and_train(period))


def prepare_and_train(period: str | None = None) -> Run:
    """The steps that need no registry: their result is kept while MLflow does not answer."""
    prepare(period)
    return train(period)  # var/runs/<id>


def prepare(period: str | None = None) -> str:
    """Pull and accept all data up to `period`; returns the last period that the source has."""
    snapshots = pull_snapshots(period)  # var/snapshots/<period>-<digest>
    accept_snapshots(snapshots)  # var/data/<period>.parquet, or ContractError
    return snapshots[-1].period


def prepare_periods(first: str | None = None, last: str | None = None) -> list[str]:
    """Pull and accept all data up to `last`; returns the periods to train from `first` on."""
    check_order(first, last)
    prepare(last)
    return choose_periods(first, last)


def train_and_register(period: str | None = None) -> Version:
    """Train on the accepted data up to `period`, record the run and register it."""
    return register(train(period))


def register(trained: Run) -> Version:
    """Record a finished run and register it."""
    record_run(trained)  # an MLflow run with the tag run=<id>
    return register_run(trained)  # a version with the tag run=<id>


def register_periods(trained: Trained) -> list[PeriodResult]:
    """Record and register the runs in the order of their periods."""
    existing = {version.run for version in list_versions()}
    results = []
    for period, run in trained.items():
        if isinstance(run, str):
            results.append(PeriodResult(period, refused=run))
        else:
            number = register(run).number
            results.append(PeriodResult(period, run.id, number, run.id not in existing))
    return results
