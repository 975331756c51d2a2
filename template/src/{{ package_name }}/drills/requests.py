"""Requests to the server of a drill, and what it answers."""

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from ..simulation.source import Rows

TIMEOUT = 30.0  # seconds


@dataclass(frozen=True)
class Answer:
    """How a request ended."""

    error: str | None  # why it was refused; None: it was answered
    at: float = field(default_factory=time.monotonic)


def send_requests(url: str, requests: Iterable[Rows]) -> list[Answer]:
    """Send one request after the other."""
    with httpx.Client(timeout=TIMEOUT) as client:
        return [send(client, url, rows) for rows in requests]


def send_at_once(url: str, rows: Rows, number: int) -> list[Answer]:
    """Send the same request so many times at the same time, each on its own connection."""
    clients = [httpx.Client(timeout=TIMEOUT) for _ in range(number)]
    with ThreadPoolExecutor(number) as pool:
        answers = list(pool.map(lambda client: send(client, url, rows), clients))
    for client in clients:
        client.close()
    return answers


def send(client: httpx.Client, url: str, rows: Rows) -> Answer:
    try:
        response = client.post(url, json={"rows": rows})
    except httpx.HTTPError as error:
        return Answer(f"no answer ({type(error).__name__})")
    if response.status_code == httpx.codes.OK:
        return Answer(None)
    return Answer(f"{response.status_code}: {describe(response)}")


def describe(response: httpx.Response) -> str:
    """The first error of a refusal."""
    try:
        detail: Any = response.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return response.text.strip()
    if not isinstance(detail, list):
        return str(detail)
    first = detail[0]
    return f"{first['msg']} ({'.'.join(map(str, first['loc']))})"
