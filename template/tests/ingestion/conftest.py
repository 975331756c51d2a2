"""A local web server that can stop in the middle of an answer."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Web:
    """One file at one address, and the requests for it."""

    content: bytes = b""
    version: str = '"1"'
    supports_ranges: bool = True
    stops_after: int | None = None  # bytes of an answer
    ranges: list[str] = field(default_factory=list)  # the Range header of each GET, or ""
    url: str = ""


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server with `content` at `url`."""
    state = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer(b"", 200, len(state.content))

        def do_GET(self) -> None:
            range_header = self.headers["Range"] or ""
            state.ranges.append(range_header)
            is_same_version = self.headers["If-Range"] in (None, state.version)
            if not (range_header and state.supports_ranges and is_same_version):
                return self.answer(state.content, 200, len(state.content))
            rest = state.content[int(range_header.removeprefix("bytes=").rstrip("-")) :]
            return self.answer(rest, 206, len(rest))

        def answer(self, body: bytes, status: int, length: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(length))
            self.send_header("ETag", state.version)
            self.end_headers()
            self.wfile.write(body[: state.stops_after])

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}/rows.parquet"
    yield state
    server.shutdown()
    server.server_close()
