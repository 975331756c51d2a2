"""Data at a web address: fetched once, whole or not at all, and kept by the project as a copy."""

import base64
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ...errors import RefusedError

MOST = 2 << 30  # bytes
SILENCE = 30  # seconds without a byte
LONGEST = 1800  # seconds for all of it
CHUNK = 1 << 20
INSTEAD = "download it yourself, and name the file"


def address(said: str) -> str | None:
    """What was said, if it is a web address; RefusedError if it is one of another kind."""
    scheme, there, _ = said.partition("://")
    if not there or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        return None
    if scheme.lower() not in ("http", "https") or not urlsplit(said).hostname:
        raise RefusedError(f"{shown(said)} is no http:// or https:// address: {INSTEAD}.")
    return said


def shown(url: str) -> str:
    """An address as it may be printed and kept: without password, and without a signed query."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


def file_name(url: str) -> str:
    """What the file at an address is called here."""
    name = PurePosixPath(unquote(urlsplit(url).path)).name
    return re.sub(r"[^\w.-]", "_", name).lstrip(".-") or "data"


@contextmanager
def spoken_of(url: str, file: Path) -> Iterator[None]:
    """Whoever is refused named an address, and knows nothing of the file it was fetched to."""
    try:
        yield
    except RefusedError as error:
        error.args = (str(error).replace(str(file), shown(url)),)
        raise


def fetch(url: str, file: Path) -> None:
    """Write what is at the address to the file; RefusedError in one sentence if it cannot be."""
    try:
        with _opened(url) as answer, file.open("wb") as here:
            _copy(answer, here, shown(url))
    except HTTPError as error:
        elsewhere = 300 <= error.code < 400
        why = "it leads in a circle or to no web address" if elsewhere else f"status {error.code}"
        raise RefusedError(f"{shown(url)} cannot be had ({why}): look at the address.") from error
    except (OSError, HTTPException, ValueError) as error:
        reason = str(getattr(error, "reason", error) or type(error).__name__)
        raise RefusedError(
            f"{shown(url)} cannot be had ({' '.join(reason.split())}): look at the address, "
            f"or {INSTEAD}"
        ) from error


def _opened(url: str) -> HTTPResponse:
    parts = urlsplit(url)
    who, _, host = parts.netloc.rpartition("@")
    request = Request(urlunsplit(parts._replace(netloc=host, fragment="")))
    request.add_header("User-Agent", "mlops-init")
    if who:
        said = base64.b64encode(unquote(who).encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {said}")
    answer: HTTPResponse = build_opener(_Redirects).open(request, timeout=SILENCE)
    return answer


class _Redirects(HTTPRedirectHandler):
    """From http to https, never back and never to another scheme."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme not in {"https", req.type}:
            raise URLError(f"it leads to {shown(newurl)}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _copy(answer: HTTPResponse, here: Any, name: str) -> None:
    if answer.headers.get_content_type() == "text/html":
        raise RefusedError(f"{name} answers with a web page, not with a table: {INSTEAD}.")
    size = int(answer.headers.get("Content-Length") or -1)
    until, came = time.monotonic() + LONGEST, 0
    too_much = RefusedError(f"{name} is larger than {MOST >> 20:,} MB: {INSTEAD}.")
    if size > MOST:
        raise too_much
    while chunk := answer.read(CHUNK):
        here.write(chunk)
        came += len(chunk)
        if came > MOST:
            raise too_much
        if time.monotonic() > until:
            raise TimeoutError(f"not there after {LONGEST // 60} minutes")
    if size not in (-1, came):
        raise OSError(f"{came:,} of {size:,} bytes came")
