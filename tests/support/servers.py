"""A running `serve` of a generated project, and clients that send it requests."""

import http.client
import itertools
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.projects import InstalledProject
from tests.support.stores import free_ports

TIMEOUT = 60.0  # seconds


@dataclass
class Server:
    """A server process on a port of its own."""

    process: "subprocess.Popen[bytes]"
    port: int
    killed: bool = False

    def kill(self) -> None:
        """End it at once, and wait until the system has closed its connections."""
        self.killed = True
        self.process.kill()
        self.process.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def resident_memory(self) -> int:
        """Bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def health(self) -> dict[str, Any]:
        """What `/readyz` answers."""
        return dict(ask(f"{self.url}/readyz")[1])

    def metrics(self) -> str:
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=TIMEOUT) as answer:
            return str(answer.read().decode())

    def wait_for_version(self, version: int) -> None:
        what = f"version {version} is served"
        wait_for(lambda: self.health().get("version") == version, what)


def wait_for(condition: Callable[[], bool], what: str, seconds: float = TIMEOUT) -> None:
    """AssertionError if the condition is not true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.1)


@contextmanager
def run_server(
    installed: InstalledProject, port: int = 0, env: dict[str, str] | None = None
) -> Iterator[Server]:
    """`serve`, until the block ends or the test kills it."""
    (port,) = [port] if port else free_ports(1)
    script = installed.folder / f".venv/bin/{installed.command}"
    command = [str(script), "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=installed.folder, env=os.environ | (env or {}))
    server = Server(process, port)
    try:
        yield server
    finally:
        if not server.killed:
            process.terminate()
            assert process.wait(TIMEOUT) == 0


def ask(url: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    """(status, response) of a request; waits until the server listens."""
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    end = time.monotonic() + TIMEOUT
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def golden_rows(installed: InstalledProject) -> list[dict[str, Any]]:
    """Rows that a client may send, from all releases."""
    files = sorted(installed.folder.glob("var/releases/*/golden.jsonl"))
    return [json.loads(line)["row"] for file in files for line in file.read_text().splitlines()]


@dataclass(frozen=True)
class Sent:
    """A request, and what became of it."""

    start: float
    end: float
    versions: frozenset[int] = frozenset()  # that predicted its rows
    failure: str = ""


def read_version(answer: dict[str, Any]) -> frozenset[int]:
    return frozenset([answer["version"]])


@dataclass
class Clients:
    """Clients that send one request after the other, each on its own connection."""

    port: int
    body: bytes
    read_versions: Callable[[dict[str, Any]], frozenset[int]] = read_version  # may reject an answer
    sent: list[Sent] = field(default_factory=list)

    @property
    def failures(self) -> list[Sent]:
        return [each for each in self.sent if each.failure]

    def count(self, version: int) -> int:
        """The answers in which this version predicted rows."""
        return sum(version in each.versions for each in self.sent)

    def send(self, requests: int, until: threading.Event | None = None, clients: int = 4) -> None:
        """Send at least this many requests in total, and go on until the event is set."""
        arguments = [requests // clients, until]
        threads = [threading.Thread(target=self._run, args=arguments) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    @contextmanager
    def sending(self, requests: int, clients: int = 4) -> Iterator[None]:
        """Send at least this many requests, and go on until the block ends."""
        ended = threading.Event()
        thread = threading.Thread(target=self.send, args=[requests, ended, clients])
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _run(self, requests: int, until: threading.Event | None) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        headers = {"Content-Type": "application/json"}
        for number in itertools.count():
            if number >= requests and (until is None or until.is_set()):
                break
            start = time.monotonic()
            try:
                connection.request("POST", "/predict", self.body, headers)
                response = connection.getresponse()
                content = response.read()
                assert response.status == 200, content[:200]
                versions = self.read_versions(json.loads(content))
                self.sent.append(Sent(start, time.monotonic(), versions))
            except Exception as error:  # any error is a failed request
                self.sent.append(Sent(start, time.monotonic(), failure=repr(error)))
                connection.close()
        connection.close()


def check_api(url: str, cases: int = 100) -> None:
    """Send generated requests, and compare the answers with the description of the API."""
    script = str(Path(sys.executable).with_name("schemathesis"))
    command = [
        script,
        "run",
        f"{url}/openapi.json",
        "--checks",
        "all",
        "-n",
        str(cases),
        "--no-color",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
