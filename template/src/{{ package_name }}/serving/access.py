"""Who may send requests: keys, and a limit of requests for each of them."""

import hashlib
import hmac
import logging
import time
from collections.abc import Iterable
from pathlib import Path

from fastapi import HTTPException
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from ..errors import InputError
from . import metrics
from .settings import ServingSettings

LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
REREAD_SECONDS = 1.0


class Access:
    """The keys of the environment and of a file, which is read again each second.

    If the file cannot be read any more, its last keys stay valid.
    """

    def __init__(self, settings: ServingSettings) -> None:
        self._file = settings.keys_file
        given = settings.keys.get_secret_value().split(",") if settings.keys else []
        self._given = digests(given)
        self._keys = self._given | read_keys(self._file)
        self._read_at = time.monotonic()
        self._error = ""  # of the last reading
        self._limit = settings.max_requests_per_minute
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    @property
    def needs_key(self) -> bool:
        return bool(self._given or self._file)

    def check(self, authorization: str, client: str) -> None:
        """HTTPException 401 without a valid key, 429 if the key sends too many requests.

        Without keys, each client address has the limit of a key.
        """
        name = self._find_key(authorization) if self.needs_key else client
        if self._limit and not self._limiter.hit(RateLimitItemPerMinute(self._limit), name):
            message = f"more than {self._limit:,} requests in a minute: try again later"
            raise HTTPException(429, message, {"Retry-After": "60"})

    def _find_key(self, authorization: str) -> str:
        if self._file and time.monotonic() - self._read_at > REREAD_SECONDS:
            self._reread()
        scheme, _, key = authorization.partition(" ")
        digest = digests([key]).pop() if key.strip() else ""
        # Every key is compared, so that the time of an answer tells nothing about them.
        matches = [hmac.compare_digest(digest, known) for known in self._keys]
        if scheme.lower() != "bearer" or not any(matches):
            message = "send a valid key in the header `Authorization: Bearer KEY`"
            raise HTTPException(401, message, {"WWW-Authenticate": "Bearer"})
        return digest

    def _reread(self) -> None:
        self._read_at, error = time.monotonic(), ""
        try:
            self._keys = self._given | read_keys(self._file)
        except InputError as failure:
            error = str(failure)
            metrics.failed_key_reads.inc()
            if error != self._error:
                logging.error("the last keys stay valid: %s", error)
        self._error = error


def read_keys(file: Path | None) -> set[str]:
    """The digests of the keys in a file; InputError if it cannot be read or has none."""
    if file is None:
        return set()
    if file.exists() and not file.is_file():  # reading a pipe would never end
        raise InputError(f"{file} is not a file: write one key a line into a file")
    try:
        keys = digests(file.read_text().splitlines())
    except OSError as error:
        raise InputError(f"the keys in {file} cannot be read: {error.strerror}") from None
    except ValueError:
        raise InputError(f"the keys in {file} cannot be read: it is no text in UTF-8") from None
    if not keys:
        raise InputError(f"{file} has no key: write one key a line into it")
    return keys


def digests(keys: Iterable[str]) -> set[str]:
    """sha256 of each key that is not empty."""
    return {hashlib.sha256(key.strip().encode()).hexdigest() for key in keys if key.strip()}


def check_host(settings: ServingSettings, access: Access, allow_open: bool) -> None:
    """InputError if other machines could send requests without a key."""
    if settings.host not in LOCAL_HOSTS and not access.needs_key and not allow_open:
        raise InputError(
            f"anyone who reaches {settings.host} could send requests: set keys "
            "(docs/how-to/serving.md), or start with --open"
        )
