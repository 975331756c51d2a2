"""Faults of machines and releases: what is broken while a period is served and the loop runs."""

import contextlib
import time
from collections.abc import Iterator

import httpx

from ..deployment.bundle import build_release
from ..deployment.pointer import Delivery, pointer_file, utc_now
from ..pipelines.steps import prepare, train_and_register
from ..simulation.source import build_requests, change_settings
from ..storage import append_line
from .project import DrillProject
from .requests import Answer, send_at_once

CONNECTIONS, BURST = 20, 100  # that the server allows; requests at the same time
FREE_BYTES = 40_000  # of each file
UNREACHABLE = "http://127.0.0.1:9"  # the port of the protocol that discards all
SWAP_SECONDS = 60.0  # until a server has looked at a release


@contextlib.contextmanager
def full_disk(_: DrillProject) -> Iterator[None]:
    """No process that starts here, nor this one, can write a longer file."""
    import resource  # not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FREE_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def tracker_away(project: DrillProject) -> Iterator[None]:
    change_settings(project.folder / "conf/tracking.yml", uri=UNREACHABLE)
    yield


@contextlib.contextmanager
def few_connections(project: DrillProject) -> Iterator[None]:
    """A small server, so that a small burst is too much for it."""
    change_settings(project.folder / "conf/serving.yml", max_connections=CONNECTIONS)
    yield


def send_burst(project: DrillProject, url: str, period: str) -> list[Answer]:
    rows = project.rows_of(period).head(1)
    return send_at_once(url, build_requests(project.spec, rows, 1)[0], BURST)


def release_damaged_file(_: DrillProject, url: str, period: str) -> list[Answer]:
    """A new version is delivered by hand, without the gate, and its model is cut on the way."""
    version = train_and_register(prepare(period))
    file = build_release(version) / "model.skops"
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    append_line(Delivery(version.run, version.number, utc_now()), pointer_file())
    wait_for_swap(url)
    return []


def wait_for_swap(url: str) -> None:
    """Wait until the server has opened the new release, or has failed to."""
    ready, deadline = url.replace("/predict", "/readyz"), time.monotonic() + SWAP_SECONDS
    while time.monotonic() < deadline:
        state = httpx.get(ready, timeout=SWAP_SECONDS).json()
        if state["swaps"] or state["failed_swaps"]:
            return
        time.sleep(0.2)
