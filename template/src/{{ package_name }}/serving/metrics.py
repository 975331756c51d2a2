"""What Prometheus reads at `/metrics`. With several workers it is the sum of all."""

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

from ..deployment.release import ReleaseMetadata

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client reads this variable
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

requests = Counter("serving_requests", "Requests", ["path", "status"])
request_seconds = Histogram("serving_request_seconds", "Time of a prediction", buckets=SECONDS)
rows = Counter("serving_rows", "Rows predicted")
unlogged_rows = Counter("serving_unlogged_rows", "Rows predicted but not logged")
missing_values = Counter("serving_missing_values", "Missing values", ["feature"])
unseen_categories = Counter(
    "serving_unseen_categories", "Categories that no training row had", ["feature"]
)
out_of_range_values = Counter(
    "serving_out_of_range_values", "Numbers outside their declared range", ["feature"]
)
failed_key_reads = Counter(
    "serving_failed_key_reads", "Readings of the file of keys that failed, so the last keys stay"
)
swaps = Counter("serving_swaps", "Releases that replaced another one")
failed_swaps = Counter("serving_failed_swaps", "Releases that could not be opened")
release = Gauge(
    "serving_release",
    "1 for the active release, 0 for those it replaced",
    ["release", "version"],
    multiprocess_mode="mostrecent",
)


def set_release(new: ReleaseMetadata, old: ReleaseMetadata | None) -> None:
    """Show which release is active."""
    if old:
        release.labels(old.release, str(old.version)).set(0)
    release.labels(new.release, str(new.version)).set(1)


def render() -> tuple[bytes, str]:
    """(all metrics as text, its content type)."""
    registry = REGISTRY
    if FOLDER in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST
