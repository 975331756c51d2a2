"""Closes connections that do not send the headers of a request in time."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class TimedProtocol(HttpToolsProtocol):
    """uvicorn limits how long it waits for the next request, but not for the end of its headers."""

    def __init__(self, read_seconds: float, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._read_seconds = read_seconds
        self._timer: asyncio.TimerHandle | None = None
        self._waits_for_headers = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._set_timer()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._set_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._waits_for_headers = False
        self._set_timer()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._waits_for_headers = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._waits_for_headers = False
        super().on_headers_complete()

    def _set_timer(self) -> None:
        """Start the timer if the server waits for headers; stop it if it does not."""
        if self._waits_for_headers and self._timer is None:
            self._timer = self.loop.call_later(self._read_seconds, self.transport.close)
        elif not self._waits_for_headers and self._timer is not None:
            self._timer.cancel()
            self._timer = None
