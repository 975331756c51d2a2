"""A web server on this machine that may break off in the middle."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Web:
    """One file at one address, and what was asked for it."""

    content: bytes = b""
    version: str = '"1"'
    ranges: bool = True  # whether it can send the rest of a file
    breaks_after: int | None = None  # bytes of an answer
    asked: list[str] = field(default_factory=list)  # a range for each GET, or nothing
    url: str = ""


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server with `content` at `url`."""
    state = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer(b"", 200, len(state.content))

        def do_GET(self) -> None:
            wanted = self.headers["Range"] or ""
            state.asked.append(wanted)
            same = self.headers["If-Range"] in (None, state.version)
            if not (wanted and state.ranges and same):
                return self.answer(state.content, 200, len(state.content))
            rest = state.content[int(wanted.removeprefix("bytes=").rstrip("-")) :]
            return self.answer(rest, 206, len(rest))

        def answer(self, body: bytes, status: int, length: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(length))
            self.send_header("ETag", state.version)
            self.end_headers()
            self.wfile.write(body[: state.breaks_after])

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}/rows.parquet"
    yield state
    server.shutdown()
    server.server_close()
