"""The active release in a server: one frozen object, replaced in one assignment."""

import logging
import time

from ..deployment.child_check import check_in_child
from ..deployment.pointer import Delivery, read_history
from ..deployment.release import Release, open_release
from ..errors import InputError
from ..settings import NAME, load_spec
from ..spec import DataSpec
from . import metrics

RETRY_SECONDS = 30.0  # until a release that could not be opened is tried again


class ActiveRelease:
    """Follows the pointer. If anything is wrong with a new release, the old one stays active."""

    def __init__(self) -> None:
        self.release: Release | None = None
        self.swaps = 0
        self.failed_swaps = 0
        self._spec: DataSpec | None = None
        self._next_try: dict[str, float] = {}  # release: time

    def fix_spec(self) -> DataSpec:
        """The declaration of requests. A release with another one needs a restart of the server."""
        self._spec = self.release.spec if self.release else load_spec()
        return self._spec

    def why_none(self) -> str:
        """Why no release is open."""
        if self.failed_swaps:
            return "no release can be opened: the log of the server says why"
        return f"nothing is released yet: run `{NAME} promote` first"

    def refresh(self) -> None:
        """Open the release that the pointer names, if it is not open yet.

        If none is open and that one is damaged, open the newest earlier release that is not.
        """
        try:
            deliveries = candidates()
        except Exception as error:  # a pointer that cannot be read must not stop the server
            return self._fail("", error)
        for delivery in deliveries[: 1 if self.release else None]:
            name = delivery.release
            if self._is_open(name):
                return None
            if time.monotonic() >= self._next_try.get(name, 0.0):
                start = time.monotonic()
                try:
                    check_in_child(name)
                    return self._swap(open_release(name, delivery.version, compiled=True))
                except Exception as error:  # a broken release must not stop the server
                    self._fail(name, error, time.monotonic() - start)
        return None

    def poll(self, seconds: float) -> None:
        """Refresh repeatedly, as long as the process lives."""
        while True:
            time.sleep(seconds)
            self.refresh()

    def _fail(self, name: str, error: Exception, seconds: float = 0.0) -> None:
        self.failed_swaps += 1
        metrics.failed_swaps.inc()
        # One that takes long to fail must not keep a processor busy while another release serves.
        pause = max(RETRY_SECONDS, 10 * seconds) if self.release else RETRY_SECONDS
        self._next_try[name] = time.monotonic() + pause
        kept = self.release.metadata.release if self.release else "no release"
        logging.error("still serving %s: %s", kept, error)

    def _is_open(self, name: str) -> bool:
        return self.release is not None and self.release.metadata.release == name

    def _swap(self, release: Release) -> None:
        if self._spec and self._spec.digest != release.spec.digest:
            raise InputError("the new release has another declaration: restart the server")
        old, self.release = self.release, release
        metrics.set_release(release.metadata, old.metadata if old else None)
        if old:
            self.swaps += 1
            metrics.swaps.inc()


def candidates() -> list[Delivery]:
    """The deliveries a server may use, newest first: none of a release that was rolled back."""
    history = read_history()
    rejected = {line.rejected for line in history}
    return [line for line in reversed(history) if line.release not in rejected]
