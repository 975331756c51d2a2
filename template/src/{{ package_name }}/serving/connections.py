"""Closes connections whose headers are too slow or too large, or whose body never ends."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEADER_BYTES = 65_536  # of the address and all headers of a request
HEADER_BYTES = 32  # that a header takes next to its name and value, as in HTTP/2
TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class TooLargeError(Exception):
    """The headers of a request are larger than a server accepts."""


class LimitedProtocol(HttpToolsProtocol):
    """uvicorn limits neither the size of headers nor the time that they and a body may take."""

    def __init__(self, read_seconds: float, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._read_seconds = read_seconds
        self._timer: asyncio.TimerHandle | None = None
        self._waits_for_headers = True
        self._waits_for_rest = False  # of a body that is already answered
        self._is_too_large = False
        self._messages = 0
        self._header_bytes = 0  # that were parsed, of this message
        self._unparsed_bytes = 0  # the parser keeps a part of a header until the rest comes

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._set_timer()

    def data_received(self, data: bytes) -> None:
        messages = self._messages
        super().data_received(data)
        if self._waits_for_headers and self._messages == messages:
            self._unparsed_bytes += len(data)
            if self._unparsed_bytes > MAX_HEADER_BYTES and not self.transport.is_closing():
                self._is_too_large = True
                self.send_400_response("")
        self._set_timer()

    def send_400_response(self, msg: str) -> None:
        """Also called by uvicorn, if a callback of the parser failed."""
        if not self._is_too_large:
            super().send_400_response(msg)
            return
        if self._waits_for_headers:  # otherwise a response may have begun
            self.transport.write(TOO_LARGE)
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._waits_for_headers = self._waits_for_rest = False
        self._set_timer()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._waits_for_headers = True
        self._messages += 1
        self._header_bytes = self._unparsed_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + HEADER_BYTES)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._waits_for_headers = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._waits_for_rest = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._waits_for_rest = self.cycle.more_body
        self._set_timer()

    def _count(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > MAX_HEADER_BYTES:
            self._is_too_large = True
            raise TooLargeError

    def _set_timer(self) -> None:
        """Start the timer if the server waits for a client; stop it if it does not."""
        waits = self._waits_for_headers or self._waits_for_rest
        if waits and self._timer is None:
            self._timer = self.loop.call_later(self._read_seconds, self.transport.close)
        elif not waits and self._timer is not None:
            self._timer.cancel()
            self._timer = None
