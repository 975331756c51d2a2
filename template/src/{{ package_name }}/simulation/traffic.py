"""A live server, and clients that send requests all the time."""

import itertools
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
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
    """What the clients received. A request fails if its answer is not a complete 200."""

    url: str
    pause: float  # seconds of a client between two repeated requests
    repeated: Iterator[Rows]
    versions: list[int | None] = field(default_factory=list)  # of each answer; None: it failed
    stopped: threading.Event = field(default_factory=threading.Event)
    waiting: "queue.Queue[Rows]" = field(default_factory=queue.Queue)

    def repeat(self, requests: list[Rows]) -> None:
        """Send these requests again and again while nothing else is waiting."""
        self.repeated = itertools.cycle(requests)

    def send(self, requests: list[Rows]) -> None:
        """Send each of these requests once, and wait until all are answered."""
        for rows in requests:
            self.waiting.put(rows)
        self.waiting.join()

    def wait_until_answered_by(self, version: int, requests: int) -> None:
        """Wait until a version has answered this many requests."""
        deadline = time.monotonic() + START_TIMEOUT
        while self.versions.count(version) < requests:
            if time.monotonic() > deadline:
                raise InputError(f"version {version} was delivered, but answers no request")
            time.sleep(0.02)

    def run_client(self) -> None:
        """Send one request after the other until `stopped` is set."""
        with httpx.Client(timeout=30) as http:
            while not self.stopped.is_set():
                try:
                    self.versions.append(send_request(http, self.url, self.waiting.get_nowait()))
                    self.waiting.task_done()
                except queue.Empty:
                    self.versions.append(send_request(http, self.url, next(self.repeated)))
                    self.stopped.wait(self.pause)


def send_request(http: httpx.Client, url: str, rows: Rows) -> int | None:
    """The version that answered; None if the request failed."""
    try:
        answer = http.post(url, json={"rows": rows}).raise_for_status().json()
        return int(answer["version"]) if len(answer["predictions"]) == len(rows) else None
    except Exception:  # any error means that the client got no answer
        return None


@contextmanager
def run_clients(url: str, number: int, pause: float, first: list[Rows]) -> Iterator[Traffic]:
    """Clients that send requests until the block ends."""
    traffic = Traffic(url, pause, itertools.cycle(first))
    threads = [threading.Thread(target=traffic.run_client, daemon=True) for _ in range(number)]
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
    """Run `serve` in a project as a process of its own; yields its address.

    The server also ends when this process is stopped by a signal.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    package = str(__package__).split(".")[0]
    command = [sys.executable, "-m", package, "serve", "--port", str(port)]
    with (project / "server.log").open("w") as out:
        process = subprocess.Popen(command, cwd=project, stdout=out, stderr=out)
    previous = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/readyz", process, project)
        yield f"http://127.0.0.1:{port}/predict"
    finally:
        process.terminate()
        process.wait(timeout=START_TIMEOUT)
        signal.signal(signal.SIGTERM, previous)


def wait_until_ready(url: str, process: "subprocess.Popen[bytes]", project: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(url).status_code == 200:
                return
        time.sleep(0.2)
    raise InputError(f"the server did not start: see {project / 'server.log'}")
