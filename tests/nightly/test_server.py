"""A server for a long time: many requests, many swaps, and no growth."""

import json
import threading

import pytest

from tests.support.projects import Install, InstalledProject
from tests.support.servers import Clients, Server, golden_rows, run_server

SWAPS, REQUESTS = 20, 30_000
MEMORY_REQUESTS, MAX_GROWTH = 100_000, 1.1
SWAP = """
from churn.deployment.pointer import Delivery, append_delivery, read_history, utc_now
first, second = read_history()[:2]
active = read_history()[-1]
target = first if active.release == second.release else second
append_delivery(Delivery(target.release, target.version, utc_now()))
print(target.version)
"""


@pytest.fixture(scope="module")
def released(install: Install) -> InstalledProject:
    """A level 3 project with two releases."""
    installed = install(3)
    for period in ("2013-03", "2013-05"):
        for command in ("ingest", "validate", "pipeline run"):
            installed.run(f"{command} --period {period}" if command != "validate" else command)
        installed.run("promote")
    return installed


def clients(installed: InstalledProject, server: Server) -> Clients:
    return Clients(server.port, json.dumps({"rows": golden_rows(installed)[:1]}).encode())


def test_no_request_fails_while_releases_are_swapped(released: InstalledProject) -> None:
    with run_server(released) as server:
        server.wait_for_version(2)
        sent = clients(released, server)
        swapped = threading.Event()
        sending = threading.Thread(target=sent.send, args=[REQUESTS, swapped])
        sending.start()
        for _ in range(SWAPS):
            version = int(released.shell_output(f".venv/bin/python -c '{SWAP}'"))
            server.wait_for_version(version)
        swapped.set()
        sending.join()
    assert sent.failures == []
    assert len(sent.versions) >= REQUESTS
    assert sent.versions.count(1) > 1000 < sent.versions.count(2)


def test_memory_does_not_grow_with_requests(released: InstalledProject) -> None:
    with run_server(released) as server:
        server.wait_for_version(2)
        sent = clients(released, server)
        sent.send(MEMORY_REQUESTS // 10)
        before = server.resident_memory()
        sent.send(MEMORY_REQUESTS)
        assert sent.failures == []
        assert server.resident_memory() <= before * MAX_GROWTH
