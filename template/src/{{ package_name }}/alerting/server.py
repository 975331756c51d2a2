"""Runs the server of `alerting serve` until it is stopped."""

import logging
import signal
import socket
import sys
from functools import partial
from threading import Event, Thread

import uvicorn

from ..ingestion.locks import HeldLock, hold_lock
from ..policy.settings import RetrainingSettings
from ..serving.server import build_config
from ..settings import read_settings, var
from .app import create_app
from .collector import Collector
from .inbox import Inbox
from .settings import AlertingSettings
from .worker import Worker, run_command


def held_lock() -> HeldLock:
    """One server alone handles the alerts of a project."""
    return hold_lock(var("alerting.lock"), "another `alerting serve` of this project is running")


def serve(bound: socket.socket, settings: AlertingSettings) -> None:
    """Answer requests until the process is stopped; a loop that runs is stopped, and runs again."""
    inbox, stopped = Inbox(settings), Event()
    minutes = read_settings(RetrainingSettings, "retraining").max_loop_minutes
    worker = Worker(inbox, settings, partial(run_command, minutes))
    collector = Collector(settings, lambda: (*inbox.figures(), *worker.figures()), stopped)
    serving = settings.serving()
    app = create_app(serving, inbox, worker.wake, collector.render)
    # uvicorn stops and then sends itself the signal again, which would end the process at once.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    Thread(target=collector.work, daemon=True).start()  # a registry may be slow: nothing waits
    thread = Thread(target=worker.work)
    thread.start()
    try:
        uvicorn.Server(build_config(app, serving)).run(sockets=[bound])
    finally:
        stopped.set()
        worker.stop()
        thread.join()
