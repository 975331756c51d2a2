"""Downloads data from a web address, completely or not at all. Passing failures are retried."""

import base64
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ...errors import RefusedError

MAX_BYTES = 2 << 30
READ_TIMEOUT = 30  # seconds without a byte
TOTAL_TIMEOUT = 1800  # seconds
CHUNK_BYTES = 1 << 20
WAITS = (1, 2, 4)  # seconds before another attempt
TOO_MANY_REQUESTS = 429
INSTEAD = "download the file yourself, and name it"


class IncompleteError(OSError):
    """The connection ended before the last byte."""


def parse_url(text: str) -> str | None:
    """The text if it is a web address, None if it is a path; RefusedError for another scheme."""
    scheme, separator, _ = text.partition("://")
    if not separator or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        return None
    try:
        host = urlsplit(text).hostname
    except ValueError:  # the text may hold a password that nothing can remove
        raise RefusedError(f"This is not an http:// or https:// address: {INSTEAD}.") from None
    if scheme.lower() not in ("http", "https") or not host:
        raise RefusedError(f"{redact_url(text)} is not an http:// or https:// address: {INSTEAD}.")
    return text


def redact_url(url: str) -> str:
    """An address that may be printed and stored: without password and without signed query."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=host, query="", fragment=""))


def derive_file_name(url: str) -> str:
    """The name under which the file of an address is stored."""
    name = PurePosixPath(unquote(urlsplit(url).path)).name
    return re.sub(r"[^\w.-]", "_", name).lstrip(".-") or "data"


@contextmanager
def report_url_instead_of(file: Path, url: str) -> Iterator[None]:
    """Let errors name the address, since the user does not know the temporary file."""
    try:
        yield
    except RefusedError as error:
        error.args = (str(error).replace(str(file), redact_url(url)),)
        raise


def download(url: str, file: Path) -> None:
    """Download an address to a file; RefusedError if that fails."""
    shown = redact_url(url)
    try:
        _download_with_retries(url, file, shown)
    except HTTPError as error:
        is_redirect = 300 <= error.code < 400
        reason = "its redirects lead nowhere" if is_redirect else f"status {error.code}"
        remedy = "try again later" if _may_pass(error) else "check the address"
        raise RefusedError(f"{shown} cannot be downloaded ({reason}): {remedy}.") from error
    except (OSError, HTTPException, ValueError) as error:
        reason = " ".join(str(getattr(error, "reason", error) or type(error).__name__).split())
        raise RefusedError(
            f"{shown} cannot be downloaded ({reason}): check the address, or {INSTEAD}."
        ) from error


def _download_with_retries(url: str, file: Path, shown: str) -> None:
    for wait in (*WAITS, None):
        try:
            with _open(url) as response, file.open("wb") as target:
                return _copy(response, target, shown)
        except (OSError, HTTPException) as error:
            if wait is None or not _may_pass(error):
                raise
            time.sleep(wait)


def _may_pass(error: OSError | HTTPException) -> bool:
    """Whether another attempt may succeed: the server is overloaded, or a connection broke."""
    if isinstance(error, HTTPError):
        return error.code >= 500 or error.code == TOO_MANY_REQUESTS
    if isinstance(error, URLError):
        is_unknown_host = getattr(error.reason, "errno", None) == socket.EAI_NONAME
        return isinstance(error.reason, OSError) and not is_unknown_host
    return isinstance(error, (ConnectionError, TimeoutError, HTTPException, IncompleteError))


def _open(url: str) -> HTTPResponse:
    parts = urlsplit(url)
    login, _, host = parts.netloc.rpartition("@")
    request = Request(urlunsplit(parts._replace(netloc=host, fragment="")))
    request.add_header("User-Agent", "mlops-init")
    if login:
        credentials = base64.b64encode(unquote(login).encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {credentials}")
    response: HTTPResponse = build_opener(_SafeRedirects).open(request, timeout=READ_TIMEOUT)
    return response


class _SafeRedirects(HTTPRedirectHandler):
    """Follows redirects from http to https, but not back and not to another scheme."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme not in {"https", req.type}:
            raise URLError(f"it redirects to {redact_url(newurl)}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _copy(response: HTTPResponse, target: IO[bytes], shown: str) -> None:
    if response.headers.get_content_type() == "text/html":
        raise RefusedError(f"{shown} is a web page, not a data file: {INSTEAD}.")
    size = int(response.headers.get("Content-Length") or -1)
    too_large = RefusedError(f"{shown} is larger than {MAX_BYTES >> 20:,} MB: {INSTEAD}.")
    if size > MAX_BYTES:
        raise too_large
    deadline, received = time.monotonic() + TOTAL_TIMEOUT, 0
    while chunk := response.read(CHUNK_BYTES):
        target.write(chunk)
        received += len(chunk)
        if received > MAX_BYTES:
            raise too_large
        if time.monotonic() > deadline:
            raise OSError(f"not finished after {TOTAL_TIMEOUT // 60} minutes")
    if size not in (-1, received):
        raise IncompleteError(f"received {received:,} of {size:,} bytes")
