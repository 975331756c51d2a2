"""The release in use: one frozen object, rebound in one assignment, read once a request."""

import logging
import threading
import time

from ..deployment import pointer
from ..deployment.release import Release, open_release
from ..errors import InputError
from ..spec import DataSpec

RETRY_SECONDS = 30.0  # seconds before a release that could not be opened is tried again


class ActiveRelease:
    """Follows the pointer. Whatever is wrong with a new release, the old one goes on serving."""

    def __init__(self) -> None:
        self.release: Release | None = None
        self.spec: DataSpec | None = None  # what requests look like; fixed when the server starts
        self.swaps = 0
        self.failures = 0
        self._failed: tuple[str, float] = ("", 0.0)

    def refresh(self) -> None:
        """Open what the pointer names, if it is not open yet."""
        wanted = ""
        try:
            now = pointer.read_active()
            wanted = now.release if now else ""
            if wanted and not self._serves(wanted) and not self._backs_off(wanted):
                self._swap(open_release(wanted, fast=True))
        except Exception as error:  # a broken release or pointer must not end the server
            self.failures += 1
            self._failed = (wanted, time.monotonic())
            kept = self.release.metadata.release if self.release else "nothing"
            logging.error("still serving %s: %s", kept, error)

    def poll(self, seconds: float) -> threading.Event:
        """Look again and again in a thread, until the event that is returned is set."""
        stop = threading.Event()

        def forever() -> None:
            while not stop.wait(seconds):
                self.refresh()

        threading.Thread(target=forever, daemon=True).start()
        return stop

    def _serves(self, wanted: str) -> bool:
        return self.release is not None and self.release.metadata.release == wanted

    def _backs_off(self, wanted: str) -> bool:
        release, at = self._failed
        return release == wanted and time.monotonic() - at < RETRY_SECONDS

    def _swap(self, new: Release) -> None:
        if self.spec and self.spec.digest != new.spec.digest:
            raise InputError("the data are declared otherwise: restart the server to serve it")
        self.swaps += self.release is not None
        self.release = new
