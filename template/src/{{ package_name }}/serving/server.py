"""Runs the service on its own socket: until it is stopped, or for one request."""

import json
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from ..deployment.extension import find_extension
from ..errors import InputError
from ..ingestion.locks import hold_lock
from ..predictions.log import PredictionLog
from ..settings import NAME, read_settings, var
from ..storage import remove_leftovers
from . import metrics
from .active_release import ActiveRelease
from .app import create_app
from .connections import LimitedProtocol
from .logs import configure_logs
from .predictor import Predictor
from .settings import ServingSettings


def serving_settings(port: int | None, workers: int | None) -> ServingSettings:
    """The settings, with the options of the command."""
    options = {"port": port, "workers": workers}
    given = {name: value for name, value in options.items() if value is not None}
    return read_settings(ServingSettings, "serving").model_copy(update=given)


def bind_socket(settings: ServingSettings) -> socket.socket:
    """A socket on the host and port (0: any free one); InputError if the port is in use."""
    # With the protocol, asyncio knows that this is TCP; else a response may be sent 40 ms late.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((settings.host, settings.port))
    except OSError as error:
        bound.close()
        address = f"{settings.host}:{settings.port}"
        raise InputError(f"cannot listen on {address} ({error.strerror}): choose --port") from None
    return bound


def serve(bound: socket.socket, settings: ServingSettings) -> None:
    """Answer requests until the process is stopped; queued predictions are logged then."""
    configure_logs(settings.log_level)
    config = build_config(f"{__name__}:create_worker", settings)
    # uvicorn stops and then sends itself the signal again, which would end the process at once.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with held_lock(), shared_metrics(settings.workers > 1):
        if settings.workers > 1:
            Multiprocess(config, [bound]).run()
        else:
            uvicorn.Server(config).run(sockets=[bound])


def build_config(app: Any, settings: ServingSettings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        http=partial(LimitedProtocol, settings.read_seconds),  # type: ignore[arg-type]
        workers=settings.workers,
        limit_concurrency=settings.max_connections,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        log_config=None,
        access_log=False,
    )


def create_worker() -> FastAPI:
    """The application of one worker process, which follows the active release."""
    settings = read_settings(ServingSettings, "serving")
    configure_logs(settings.log_level)
    extension = find_extension("predictor")
    active = extension.SplitRelease() if extension else ActiveRelease()
    log = PredictionLog(settings.log, on_dropped=metrics.unlogged_rows.inc)
    active.refresh()
    threading.Thread(target=active.poll, args=[settings.poll_seconds], daemon=True).start()
    threading.Thread(target=stop_with_parent, daemon=True).start()
    predictor = extension.SplitPredictor if extension else Predictor
    return create_app(active, log, settings, predictor)


def stop_with_parent() -> None:
    """Stop this worker when the process that started it ends, also if that is killed."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)  # requests are completed, and the log is written


@contextmanager
def held_lock() -> Iterator[None]:
    """Held while the server runs, because its code must not change meanwhile."""
    remove_leftovers(var(), "serving-*.lock")  # of servers that were killed
    lock = var(f"serving-{socket.gethostname()}-{os.getpid()}.lock")
    try:
        with hold_lock(lock, "another server has this number"):
            yield
    finally:
        lock.unlink(missing_ok=True)


@contextmanager
def shared_metrics(shared: bool) -> Iterator[None]:
    """A folder in which several workers add up their metrics."""
    if not shared:
        yield
        return
    with TemporaryDirectory(prefix=f"{NAME}-metrics-") as folder:
        os.environ[metrics.FOLDER] = folder  # before a worker imports prometheus_client
        yield


def smoke_test() -> tuple[dict[str, Any], dict[str, Any]]:
    """Serve on a free port, send one golden row over HTTP and stop: (request, response)."""
    settings = serving_settings(0, 1).model_copy(update={"keys": None, "keys_file": None})
    active = ActiveRelease()
    active.refresh()
    if active.release is None:
        raise InputError(active.why_none())
    app = create_app(active, PredictionLog(enabled=False), settings)
    server, bound = uvicorn.Server(build_config(app, settings)), bind_socket(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.05)
        request = {"rows": [active.release.golden[0]["row"]]}
        url = f"http://{settings.host}:{bound.getsockname()[1]}/predict"
        return request, post_json(url, request)
    finally:
        server.should_exit = True
        thread.join()


def post_json(url: str, body: dict[str, Any]) -> dict[str, Any]:
    content = json.dumps(body).encode()
    request = urllib.request.Request(url, content, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return dict(json.load(response))
