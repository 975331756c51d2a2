"""A running `serve` of a generated project, and clients that send it requests."""

import http.client
import itertools
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.projects import InstalledProject

TIMEOUT = 60.0  # seconds


@dataclass
class Server:
    """A server process on a port of its own."""

    process: "subprocess.Popen[bytes]"
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def resident_memory(self) -> int:
        """Bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def wait_for_version(self, version: int) -> None:
        end = time.monotonic() + TIMEOUT
        while ask(f"{self.url}/readyz")[1].get("version") != version:
            assert time.monotonic() < end, f"version {version} is not served"
            time.sleep(0.2)


@contextmanager
def run_server(installed: InstalledProject) -> Iterator[Server]:
    """`serve`, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = installed.folder / f".venv/bin/{installed.command}"
    process = subprocess.Popen([script, "serve", "--port", str(port)], cwd=installed.folder)
    try:
        yield Server(process, port)
    finally:
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


@dataclass
class Clients:
    """Clients that send one request after the other, each on its own connection."""

    port: int
    body: bytes
    versions: list[int] = field(default_factory=list)  # of each answer
    failures: list[str] = field(default_factory=list)

    def send(self, requests: int, until: threading.Event | None = None, clients: int = 4) -> None:
        """Send at least this many requests in total, and go on until the event is set."""
        arguments = [requests // clients, until]
        threads = [threading.Thread(target=self._run, args=arguments) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _run(self, requests: int, until: threading.Event | None) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        headers = {"Content-Type": "application/json"}
        for number in itertools.count():
            if number >= requests and (until is None or until.is_set()):
                break
            try:
                connection.request("POST", "/predict", self.body, headers)
                response = connection.getresponse()
                content = response.read()
                assert response.status == 200, content[:200]
                self.versions.append(json.loads(content)["version"])
            except Exception as error:  # any error is a failed request
                self.failures.append(repr(error))
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
