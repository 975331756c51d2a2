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
from ..settings import NAME, read, var
from .app import create
from .log import Log
from .settings import Settings
from .slot import Slot


def listen(settings: Settings) -> socket.socket:
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
    settings = configured(port)
    bound = listen(settings)
    slot, log = Slot(), Log(settings.log_queue)
    slot.look()
    slot.watch(settings.poll_seconds)
    with running():
        server(slot, log, settings).run(sockets=[bound])


@contextmanager
def running() -> Iterator[None]:
    """Hold a lock in `var/` as long as the server lives: its code must not change under it."""
    var().mkdir(exist_ok=True)
    lock = var(f"serving-{socket.gethostname()}-{os.getpid()}.lock")
    try:
        with FileLock(lock):
            yield
    finally:
        lock.unlink(missing_ok=True)


def smoke() -> tuple[dict[str, Any], dict[str, Any]]:
    """Serve on a free port, ask for one golden row over HTTP, stop: (the row, the answer)."""
    settings = configured(0)
    slot, log = Slot(), Log(settings.log_queue, kept=False)  # it is no production traffic
    slot.look()
    if slot.release is None:
        raise InputError(f"nothing is released yet: run `{NAME} promote` first")
    row = slot.release.golden[0]["row"]
    bound = listen(settings)
    running = server(slot, log, settings)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        while not running.started:
            time.sleep(0.05)
        url = f"http://{settings.host}:{bound.getsockname()[1]}/predict"
        return row, post(url, {"rows": [row]})
    finally:
        running.should_exit = True
        thread.join()


def post(url: str, body: dict[str, Any]) -> dict[str, Any]:
    sent = json.dumps(body).encode()
    request = urllib.request.Request(url, sent, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return dict(json.load(answer))


def configured(port: int | None) -> Settings:
    settings = read(Settings, "serving")
    return settings if port is None else settings.model_copy(update={"port": port})


def server(slot: Slot, log: Log, settings: Settings) -> uvicorn.Server:
    app = create(slot, log, settings)
    return uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
