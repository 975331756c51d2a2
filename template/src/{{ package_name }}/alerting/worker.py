"""Runs `loop` for the alerts that wait, and monitoring from time to time: one at a time."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

from ..errors import InputError, warn
from ..ingestion.locks import hold_lock
from ..retraining.processes import run_process
from ..settings import var
from .figures import Figure
from .inbox import Inbox
from .settings import AlertingSettings

JOBS = {"loop": ("loop",), "monitor": ("ingest", "validate", "monitor")}
LAST_BYTES = 2000  # of what a command printed
Run = Callable[[str, Event], str | None]


class Worker:
    """Its thread ends when `stop` is called; what was not finished waits for the next start."""

    def __init__(self, inbox: Inbox, settings: AlertingSettings, run: Run) -> None:
        self._inbox, self._settings, self._run = inbox, settings, run
        self._stopped, self._wake = Event(), Event()
        self._monitored: float | None = None
        self._running: str | None = None  # the job
        self._failures: dict[str, str | None] = {}  # of the last run of each job

    def wake(self) -> None:
        """There is a new alert."""
        self._wake.set()

    def stop(self) -> None:
        self._stopped.set()
        self._wake.set()

    def work(self) -> None:
        while not self._stopped.is_set():
            try:
                self.run_next()
            except Exception as error:  # of any kind, such as a full disk: the alerts wait
                warn(f"alerting: {error}")
                self._stopped.wait(self._settings.retry_seconds)

    def run_next(self) -> None:
        """Run one command, or wait until there is something to do."""
        self._wake.clear()
        if alerts := self._inbox.waiting():  # one loop is enough for all of them
            if is_model_locked():
                self._stopped.wait(self._settings.retry_seconds)
                return
            failure = self._run_job("loop")
            if self._stopped.is_set():
                return  # it was interrupted: the next start runs it again
            self._inbox.finish(alerts, failure)
            if failure is not None:
                self._stopped.wait(self._settings.retry_seconds)
        elif (seconds := self._seconds_to_monitor()) == 0:
            self._run_job("monitor")
            self._monitored = time.monotonic()
        else:
            self._wake.wait(seconds)

    def figures(self) -> Iterator[Figure]:
        for job in JOBS:
            yield Figure("alerting_job_running", job == self._running, {"job": job})
            yield Figure("alerting_job_failed", bool(self._failures.get(job)), {"job": job})

    def _run_job(self, job: str) -> str | None:
        """Run all commands of a job; the first failure, or None. Old data are monitored too."""
        self._running, failures = job, []
        for command in JOBS[job]:
            failure = self._run(command, self._stopped)
            if failure and not self._stopped.is_set():
                warn(f"alerting: {command} failed: {failure}")
                failures.append(failure)
        self._running, self._failures[job] = None, next(iter(failures), None)
        return self._failures[job]

    def _seconds_to_monitor(self) -> float | None:
        if self._settings.monitor_minutes is None:
            return None
        if self._monitored is None:
            return 0
        return max(0.0, self._monitored + self._settings.monitor_minutes * 60 - time.monotonic())


def is_model_locked() -> bool:
    """Whether another command changes the model, such as a loop of cron: that is no failure."""
    try:
        with hold_lock(var("model.lock"), "another command is changing the model"):
            return False
    except InputError:
        return True


def run_command(minutes: float, command: str, stopped: Event) -> str | None:
    """Run a command of this project for at most so many minutes; None, or why it failed."""
    folder = var("alerting")
    folder.mkdir(parents=True, exist_ok=True)
    output, errors = (folder / f"{command}.{kind}" for kind in ("out", "err"))
    with output.open("wb") as out, errors.open("wb") as err:
        status = run_process([command], stopped, minutes * 60, out, err)
    if status is None:
        return f"it was stopped after {minutes:g} minutes"
    return (last_line(errors) or f"it ended with status {status}") if status else None


def last_line(file: Path) -> str:
    """The last line in a file: the sentence of a command that failed."""
    with file.open("rb") as content:
        content.seek(max(0, file.stat().st_size - LAST_BYTES))
        lines = content.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
