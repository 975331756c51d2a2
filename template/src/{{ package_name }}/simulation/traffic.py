"""A live server, and clients that never stop asking it."""

import itertools
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from ..errors import InputError
from .source import Rows

START_TIMEOUT = 60.0  # seconds a server may take to start


@dataclass
class Traffic:
    """What the clients were answered. A failed request is one that got no 200."""

    url: str
    pause: float  # seconds of a client between two requests that nobody waits for
    versions: list[int] = field(default_factory=list)  # of each answer, in order of time
    failed: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)
    _waiting: deque[Rows] = field(default_factory=deque)
    _between: "itertools.cycle[Rows]" = field(default_factory=lambda: itertools.cycle([[]]))
    _busy: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def between(self, requests: list[Rows]) -> None:
        """What is asked, over and over, while nothing else is waiting."""
        with self._lock:
            self._between = itertools.cycle(requests)

    def send(self, requests: list[Rows]) -> None:
        """Have each of these asked once, and wait until all are answered."""
        self._waiting.extend(requests)
        while self._waiting or self._busy:
            time.sleep(0.02)

    def until_answered_by(self, version: int, requests: int) -> None:
        """Wait until a version has answered so many requests."""
        end = time.monotonic() + START_TIMEOUT
        while self.versions.count(version) < requests:
            if time.monotonic() > end:
                raise InputError(f"version {version} was delivered, but does not serve")
            time.sleep(0.02)

    def client(self) -> None:
        """Ask, and ask again: at once if somebody waits for the answer."""
        with httpx.Client(timeout=30) as http:
            while not self.stopped.is_set():
                rows, counted = self._next()
                version = send_request(http, self.url, rows)
                with self._lock:
                    self._busy -= counted
                    if version is None:
                        self.failed += 1
                    else:
                        self.versions.append(version)
                if not counted:
                    self.stopped.wait(self.pause)

    def _next(self) -> tuple[Rows, bool]:
        with self._lock:
            if self._waiting:
                self._busy += 1
                return self._waiting.popleft(), True
            return next(self._between), False


def send_request(http: httpx.Client, url: str, rows: Rows) -> int | None:
    """The version that answered; None if there was no right answer."""
    try:
        answer = http.post(url, json={"rows": rows}).raise_for_status().json()
        return int(answer["version"]) if len(answer["predictions"]) == len(rows) else None
    except Exception:  # whatever it is, the client was not served
        return None


@contextmanager
def run_clients(url: str, number: int, pause: float, first: list[Rows]) -> Iterator[Traffic]:
    """So many clients, asking until the block ends."""
    traffic = Traffic(url, pause)
    traffic.between(first)
    threads = [threading.Thread(target=traffic.client, daemon=True) for _ in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield traffic
    finally:
        traffic.stopped.set()
        for thread in threads:
            thread.join()


@contextmanager
def live_server(project: Path) -> Iterator[str]:
    """`serve` as a process of its own in a project; gives the address, ends it with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    package = str(__package__).split(".")[0]
    command = [sys.executable, "-m", package, "serve", "--port", str(port)]
    with (project / "server.log").open("w") as out:
        process = subprocess.Popen(command, cwd=project, stdout=out, stderr=out)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/readyz", process, project)
        yield f"http://127.0.0.1:{port}/predict"
    finally:
        process.terminate()
        process.wait(timeout=START_TIMEOUT)


def wait_until_ready(url: str, process: "subprocess.Popen[bytes]", project: Path) -> None:
    end = time.monotonic() + START_TIMEOUT
    while time.monotonic() < end and process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(url).status_code == 200:
                return
        time.sleep(0.2)
    raise InputError(f"the server did not start: see {project / 'server.log'}")
