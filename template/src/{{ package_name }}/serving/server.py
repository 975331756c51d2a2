"""Runs the service on a socket of its own, for good or for one request."""

import json
import os
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from filelock import FileLock

from ..errors import InputError
from ..predictions.log import PredictionLog
from ..settings import NAME, read_settings, var
from .active_release import ActiveRelease
from .app import create_app
from .settings import ServingSettings


def bind_socket(settings: ServingSettings) -> socket.socket:
    """A socket bound to host and port (0: any free one); InputError if the port is taken."""
    # Only where it knows of TCP does asyncio send at once; else an answer may wait 40 ms.
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((settings.host, settings.port))
    except OSError as error:
        found.close()
        where = f"{settings.host}:{settings.port}"
        raise InputError(f"cannot listen on {where} ({error.strerror}): choose --port") from None
    return found


def serve(port: int | None = None) -> None:
    """Answer until the process is told to stop; what is waiting to be logged is written then."""
    settings = serving_settings(port)
    bound = bind_socket(settings)
    active_release, log = ActiveRelease(), PredictionLog(settings.log_queue)
    active_release.refresh()
    active_release.poll(settings.poll_seconds)
    with server_lock():
        build_server(active_release, log, settings).run(sockets=[bound])


@contextmanager
def server_lock() -> Iterator[None]:
    """Hold a lock in `var/` as long as the server lives: its code must not change under it."""
    var().mkdir(exist_ok=True)
    lock = var(f"serving-{socket.gethostname()}-{os.getpid()}.lock")
    try:
        with FileLock(lock):
            yield
    finally:
        lock.unlink(missing_ok=True)


def smoke_test() -> tuple[dict[str, Any], dict[str, Any]]:
    """Serve on a free port, ask for one golden row over HTTP, stop: (the row, the answer)."""
    settings = serving_settings(0)
    active_release, log = (
        ActiveRelease(),
        PredictionLog(settings.log_queue, kept=False),
    )  # it is no production traffic
    active_release.refresh()
    if active_release.release is None:
        raise InputError(f"nothing is released yet: run `{NAME} promote` first")
    row = active_release.release.golden[0]["row"]
    bound = bind_socket(settings)
    running = build_server(active_release, log, settings)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        while not running.started:
            time.sleep(0.05)
        url = f"http://{settings.host}:{bound.getsockname()[1]}/predict"
        return row, post_json(url, {"rows": [row]})
    finally:
        running.should_exit = True
        thread.join()


def post_json(url: str, body: dict[str, Any]) -> dict[str, Any]:
    sent = json.dumps(body).encode()
    request = urllib.request.Request(url, sent, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return dict(json.load(answer))


def serving_settings(port: int | None) -> ServingSettings:
    settings = read_settings(ServingSettings, "serving")
    return settings if port is None else settings.model_copy(update={"port": port})


def build_server(
    active_release: ActiveRelease, log: PredictionLog, settings: ServingSettings
) -> uvicorn.Server:
    app = create_app(active_release, log, settings)
    return uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
