"""Runs the service on its own socket: until it is stopped, or for one request."""

import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from functools import partial
from typing import Any

import uvicorn
from filelock import FileLock

from ..errors import InputError
from ..predictions.log import PredictionLog
from ..settings import NAME, read_settings, var
from ..storage import remove_leftovers
from .active_release import ActiveRelease
from .app import create_app
from .connections import TimedProtocol
from .settings import ServingSettings


def serving_settings(port: int | None) -> ServingSettings:
    settings = read_settings(ServingSettings, "serving")
    return settings if port is None else settings.model_copy(update={"port": port})


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


def build_server(
    settings: ServingSettings, log_predictions: bool = True
) -> tuple[uvicorn.Server, ActiveRelease]:
    active, log = ActiveRelease(), PredictionLog(settings.log_queue_size, log_predictions)
    active.refresh()
    config = uvicorn.Config(
        create_app(active, log, settings),
        http=partial(TimedProtocol, settings.read_seconds),  # type: ignore[arg-type]
        limit_concurrency=settings.max_connections,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        log_level="warning",
        access_log=False,
    )
    return uvicorn.Server(config), active


def serve(bound: socket.socket, settings: ServingSettings) -> None:
    """Answer requests until the process is stopped; queued predictions are logged then."""
    server, active = build_server(settings)
    # uvicorn stops and then sends itself the signal again, which would end the process at once.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    threading.Thread(target=active.poll, args=[settings.poll_seconds], daemon=True).start()
    # Held while the server runs, because its code must not change meanwhile.
    remove_leftovers(var(), "serving-*.lock")  # of servers that were killed
    lock = var(f"serving-{socket.gethostname()}-{os.getpid()}.lock")
    try:
        with FileLock(lock):
            server.run(sockets=[bound])
    finally:
        lock.unlink(missing_ok=True)


def smoke_test() -> tuple[dict[str, Any], dict[str, Any]]:
    """Serve on a free port, send one golden row over HTTP and stop: (request, response)."""
    settings = serving_settings(0)
    server, active = build_server(settings, log_predictions=False)
    if active.release is None:
        raise InputError(f"nothing is released yet: run `{NAME} promote` first")
    request = {"rows": [active.release.golden[0]["row"]]}
    bound = bind_socket(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.05)
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
