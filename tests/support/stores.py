"""Sources of data on this machine: a slow web server, and an S3 server with keys."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

KEYS = {"AWS_ACCESS_KEY_ID": "owner", "AWS_SECRET_ACCESS_KEY": "open-sesame"}


def free_ports(number: int) -> list[int]:
    """Free ports."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@contextmanager
def s3(folder: Path) -> Iterator[dict[str, str]]:
    """Run a SeaweedFS server; the environment variables that it needs."""
    identity = {"name": "owner", "actions": ["Admin", "Read", "Write", "List"]}
    credentials = dict(zip(("accessKey", "secretKey"), KEYS.values(), strict=True))
    folder.mkdir(parents=True)
    (folder / "s3.json").write_text(
        json.dumps({"identities": [identity | {"credentials": [credentials]}]})
    )
    port, master, volume, filer = free_ports(4)
    words = [f"-s3.config={folder}/s3.json", f"-dir={folder}", "-ip=127.0.0.1", "-s3"]
    words += [f"-s3.port={port}", f"-master.port={master}", f"-volume.port={volume}"]
    words += [f"-filer.port={filer}", "-ip.bind=127.0.0.1"]
    weed = Path(sys.executable).with_name("weed")
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([weed, "server", *words], stdout=log, stderr=log)
    try:
        wait_for(port)
        yield KEYS | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
    finally:
        server.kill()
        server.wait()


def wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(f"nothing listens on {port}")


class Stalling:
    """A file on a web server that stops in the middle until `go_on` is set."""

    def __init__(self, content: bytes, stalls_at: int) -> None:
        self.go_on = threading.Event()
        self.sent: list[tuple[int, int]] = []  # (from, how many bytes) of each answer
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.head(200, len(content))

            def do_GET(self) -> None:
                start = int((self.headers["Range"] or "bytes=0-")[6:].rstrip("-"))
                rest = content[start:]
                outer.sent.append((start, len(rest)))
                self.head(206 if start else 200, len(rest))
                self.wfile.write(rest[:stalls_at])
                outer.go_on.wait(60)
                self.wfile.write(rest[stalls_at:])

            def head(self, status: int, length: int) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(length))
                self.send_header("ETag", '"1"')
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/flights.parquet"

    def __enter__(self) -> "Stalling":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
