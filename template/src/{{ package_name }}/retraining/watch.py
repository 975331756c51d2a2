"""Runs the loop again and again: when data arrive, and after so many minutes in any case."""

import logging
import signal
import time
from collections.abc import Callable, Sequence
from threading import Event

from ..deployment.extension import find_extension
from ..errors import InputError
from ..ingestion.sources import find_versions
from ..settings import load_spec
from .loop import read_retraining_settings
from .processes import run_process

LOOK_SECONDS = 10.0  # between two looks at the source
Versions = dict[str, str]


def watch(minutes: float, words: Sequence[str]) -> None:
    """Run `loop` until SIGTERM or SIGINT; what is stopped then is completed by the next run."""
    read_retraining_settings()  # InputError now, rather than a warning in each run
    stopped = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    repeat(lambda: run_loop(words, stopped), minutes * 60, stopped)


def repeat(run: Callable[[], None], seconds: float, stopped: Event) -> None:
    while not stopped.is_set():
        seen = look({})
        run()
        wait_for_data(seen, seconds, stopped)


def wait_for_data(seen: Versions, seconds: float, stopped: Event) -> None:
    """Until the files of the source have changed and two looks found the same, or for `seconds`."""
    end, before = time.monotonic() + seconds, seen
    while (left := end - time.monotonic()) > 0 and not stopped.wait(min(LOOK_SECONDS, left)):
        now = look(before)
        if now == before and now != seen:  # nobody is writing a file any more
            return
        before = now


def look(before: Versions) -> Versions:
    """The files of the source; those before if it cannot be read, which the loop reports."""
    try:
        return find_versions(load_spec().source)
    except (InputError, OSError):
        return before


def run_loop(words: Sequence[str], stopped: Event) -> None:
    """Run it once, in a process of its own. It says itself why it failed, unless it was stopped."""
    try:
        minutes = read_retraining_settings().max_loop_minutes
    except InputError as error:  # a person is editing them: the service continues
        return logging.warning(str(error))
    status = run_process(["loop", *words], stopped, minutes * 60)
    if status is None and not stopped.is_set():
        failure = f"the loop was stopped after {minutes:g} minutes, `max_loop_minutes`"
        logging.warning(failure)  # each time
        if notify := find_extension("notify", "notifications"):
            notify.after_loop(failure)
