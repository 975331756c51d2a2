"""What Prometheus reads about a challenger and its champion."""

from prometheus_client import Counter, Gauge, Histogram

from ..serving.metrics import SECONDS

rows = Counter(
    "canary_rows", "Rows answered while there is a challenger", ["release", "version", "role"]
)
failures = Counter(
    "canary_failures", "Rows that a challenger did not answer", ["release", "version", "kind"]
)
seconds = Histogram(
    "canary_seconds", "Time of a prediction", ["release", "version", "role"], buckets=SECONDS
)
share = Gauge(
    "canary_share",
    "Percent of the entities that a challenger answers",
    ["release", "version", "role"],
    multiprocess_mode="mostrecent",
)
