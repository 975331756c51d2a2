"""Reads the records from time to time, so that a slow registry never delays Prometheus."""

import time
from collections.abc import Callable, Iterable
from threading import Event

from ..errors import warn
from ..monitoring.health import health_folders
from ..policy.settings import RetrainingSettings
from ..settings import read_settings
from ..status.records import read_records
from .figures import Figure, list_figures, render
from .settings import AlertingSettings

HOUR = 3600


def collect_figures(settings: AlertingSettings) -> list[Figure]:
    """All figures of the records."""
    evaluated = [folder.stat().st_mtime for folder in health_folders()]
    policy = read_settings(RetrainingSettings, "retraining")
    return [
        *list_figures(read_records(), policy, max(evaluated, default=None)),
        Figure("retraining_max_idle_seconds", settings.max_idle_hours * HOUR),
        Figure("alerting_collected_timestamp_seconds", time.time()),
    ]


class Collector:
    """The newest figures of the records, and those of this server."""

    def __init__(
        self, settings: AlertingSettings, own: Callable[[], Iterable[Figure]], stopped: Event
    ) -> None:
        self._settings, self._own, self._stopped = settings, own, stopped
        self._figures: list[Figure] = []

    def collect(self) -> None:
        """Replace the figures. If that fails, they stay, and their time is old: an alert."""
        try:
            self._figures = collect_figures(self._settings)
        except Exception as error:  # of any kind: the thread must not end
            warn(f"the metrics are not collected: {error}")

    def work(self) -> None:
        self.collect()
        while not self._stopped.wait(self._settings.collect_seconds):
            self.collect()

    def render(self) -> bytes:
        return render([*self._figures, *self._own()])
