"""What the server has next to the active release: the challenger that the pointer names."""

import logging
import time
from collections import Counter
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field

from ..deployment.pointer import Challenger, read_history
from ..serving.active_release import RETRY_SECONDS, ActiveRelease
from ..settings import read_settings
from . import metrics
from .challenger import ChallengerError, ChallengerProcess
from .outcomes import Counts, Outcomes, read_suspension, save_counts, suspend
from .settings import CanarySettings

MAX_DEATHS = 3  # of the process of a challenger, before it is suspended


@dataclass
class Split:
    """A challenger in one step. Each request reads it once."""

    challenger: Challenger
    step: int  # the line of the pointer
    process: ChallengerProcess
    outcomes: Outcomes
    counts: Counts = field(default_factory=Counts)
    suspended: str | None = None  # the reason; then no request asks it

    def succeed(self, rows: int) -> None:
        if rows:
            self.counts.challenger += rows
            self.outcomes.add(None)

    def fail(self, kind: str, rows: int, message: str = "") -> None:
        """Count rows without an answer, and suspend the challenger if there are too many."""
        labels = (self.challenger.release, str(self.challenger.version), kind)
        metrics.failures.labels(*labels).inc(rows)
        failures = self.counts.failures  # replaced, because another thread copies it
        self.counts.failures = failures | {kind: failures.get(kind, 0) + rows}
        if self.challenger.shadow and kind == "busy":
            return  # the queue limits what a shadow may cost
        if not self.suspended and (reason := self.outcomes.add(kind)):
            self.suspended = f"{reason} ({message})" if message else reason


class SplitRelease(ActiveRelease):
    """The active release and its challenger, which never delays the start of a server."""

    def __init__(self) -> None:
        super().__init__()
        self.split: Split | None = None
        self._settings = read_settings(CanarySettings, "canary")
        self._deaths: Counter[str] = Counter()
        self._next_start = 0.0
        self._saved: Counts | None = None
        self._suspended: str | None = None  # the release, also if the disk is full

    def refresh(self) -> None:
        """The active release first: one that is promoted answers everyone before its split ends."""
        super().refresh()
        try:
            if self._spec is not None:  # the server has started
                self._refresh_split()
        except Exception as error:  # a broken challenger must not stop the server
            logging.error("the challenger is not followed: %s", error)

    def _refresh_split(self) -> None:
        history = read_history()
        challenger = history[-1].challenger if history and self.release else None
        if self.split:
            self._save(self.split)
        if challenger is None or not self._may_use(challenger.release):
            self._end()
        elif time.monotonic() < self._next_start:
            return
        elif self.split is None or self.split.challenger.release != challenger.release:
            self._end()
            self._start(challenger, len(history))
        elif not self.split.process.is_alive():
            self._restart(challenger, len(history))
        elif self.split.step != len(history):
            self._use(challenger, len(history), self.split.process)

    def _may_use(self, release: str) -> bool:
        is_suspended = release == self._suspended or read_suspension(release)
        return not is_suspended and not self._is_open(release)  # open: it was promoted

    def _start(self, challenger: Challenger, step: int) -> None:
        process = ChallengerProcess(challenger, self._settings)
        try:
            spec = process.start()
        except ChallengerError as error:
            return self._fail_start(challenger, error)
        if self._spec and spec != self._spec.digest:
            process.stop()
            return self._suspend(challenger, "it has another declaration than the active release")
        return self._use(challenger, step, process)

    def _fail_start(self, challenger: Challenger, error: ChallengerError) -> None:
        """Suspend a release that is damaged; try again after what may pass, such as no memory."""
        self._deaths[challenger.release] += 1
        if error.kind == "error" or self._deaths[challenger.release] >= MAX_DEATHS:
            return self._suspend(challenger, f"it cannot be opened: {error}")
        self._next_start = time.monotonic() + RETRY_SECONDS
        logging.error("%s is tried again: %s", challenger.release, error)
        return None

    def _restart(self, challenger: Challenger, step: int) -> None:
        self._end()
        self._deaths[challenger.release] += 1
        if self._deaths[challenger.release] >= MAX_DEATHS:
            return self._suspend(challenger, f"its process ended {MAX_DEATHS} times")
        return self._start(challenger, step)

    def _use(self, challenger: Challenger, step: int, process: ChallengerProcess) -> None:
        self._saved = None
        self.split = Split(challenger, step, process, Outcomes(self._settings))
        set_share(challenger, challenger.share)

    def _end(self) -> None:
        """No request asks the challenger any more."""
        split, self.split = self.split, None
        if split:
            split.process.stop()
            set_share(split.challenger, 0)

    def _save(self, split: Split) -> None:
        """Save what happened, in this thread, so that no request waits for the disk."""
        if split.suspended:
            self._suspend(split.challenger, split.suspended)
        if split.counts != self._saved:
            self._saved = deepcopy(split.counts)
            with suppress(OSError):  # a full disk; the step only takes longer
                save_counts(split.challenger.release, split.step, self._saved)

    def _suspend(self, challenger: Challenger, reason: str) -> None:
        name = f"version {challenger.version} ({challenger.release})"
        logging.error("%s is no longer used: %s", name, reason)
        self._suspended = challenger.release
        try:
            suspend(challenger.release, reason)
        except OSError as error:
            logging.error("other servers do not know that it is no longer used: %s", error)


def set_share(challenger: Challenger, share: float) -> None:
    role = "shadow" if challenger.shadow else "canary"
    metrics.share.labels(challenger.release, str(challenger.version), role).set(share)
