"""Who may send requests: keys, and a limit of requests for each of them."""

import hashlib
import hmac
import time
from collections.abc import Iterable

from fastapi import HTTPException
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from ..errors import InputError
from .settings import ServingSettings

LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
REREAD_SECONDS = 1.0


class Access:
    """The keys of the environment and of a file, which is read again when it changes."""

    def __init__(self, settings: ServingSettings) -> None:
        self._file = settings.keys_file
        given = settings.keys.get_secret_value().split(",") if settings.keys else []
        self._given = digests(given)
        self._keys = self._given | self._read_file()
        self._read_at = time.monotonic()
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
        if time.monotonic() - self._read_at > REREAD_SECONDS:
            self._read_at = time.monotonic()
            self._keys = self._given | self._read_file()
        scheme, _, key = authorization.partition(" ")
        digest = digests([key]).pop() if key.strip() else ""
        # Every key is compared, so that the time of an answer tells nothing about them.
        matches = [hmac.compare_digest(digest, known) for known in self._keys]
        if scheme.lower() != "bearer" or not any(matches):
            message = "send a valid key in the header `Authorization: Bearer KEY`"
            raise HTTPException(401, message, {"WWW-Authenticate": "Bearer"})
        return digest

    def _read_file(self) -> set[str]:
        if self._file is None:
            return set()
        try:
            return digests(self._file.read_text().splitlines())
        except OSError as error:
            raise InputError(f"the keys in {self._file} cannot be read: {error.strerror}") from None


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
