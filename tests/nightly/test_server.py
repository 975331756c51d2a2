"""A server for a long time: many requests, many releases, lost replicas, and no growth."""

import json
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from tests.support.generator import commit, run_cli
from tests.support.load_balancer import NoLoadBalancerError, load_balancer
from tests.support.projects import Install, InstalledProject
from tests.support.releases import DAMAGES, Expected, Move, copy_release, pointer, release_names
from tests.support.servers import Clients, Server, golden_rows, run_server, wait_for
from tests.support.stores import free_ports

CYCLES, REQUESTS, ROWS = 17, 100_000, 12
SWAPS, BALANCED_CLIENTS = 20, 16
MEMORY_REQUESTS, MAX_GROWTH = 100_000, 1.1
FAST = {"CHURN_SERVING_POLL_SECONDS": "0.2", "CHURN_CANARY_MAX_MILLISECONDS": "5000"}


@pytest.fixture(scope="module")
def released(install: Install) -> InstalledProject:
    """A level 3 project with three releases, of models that predict differently."""
    installed = install(3)
    assert run_cli("upgrade", "--with", "canary", cwd=installed.folder).status == 0
    commit(installed.folder)
    for period in ("2013-03", "2013-05", "2013-07"):
        for command in ("ingest", "validate", "pipeline run"):
            installed.run(f"{command} --period {period}" if command != "validate" else command)
        installed.run("promote")
    return installed


def body(installed: InstalledProject, rows: int = 1) -> bytes:
    return json.dumps({"rows": golden_rows(installed)[:rows]}).encode()


def test_no_request_fails_and_no_answer_is_mixed_while_releases_change(
    released: InstalledProject,
) -> None:
    first, *good = release_names(released)[:3]
    tried = {copy_release(released, first, 100 + number): 100 + number for number in range(CYCLES)}
    bad = {copy_release(released, good[0], 200 + number): 200 + number for number in range(CYCLES)}
    for name, damage in zip(bad, DAMAGES * CYCLES, strict=False):
        damage(released.folder / "var/releases" / name)
    versions = dict(zip(good, (2, 3), strict=True))
    expected = Expected(released, golden_rows(released)[:ROWS], tried | versions)
    assert expected.distinct() == 3  # so that an answer of another model is noticed
    with run_server(released, env=FAST) as server, pointer(released) as move:
        server.wait_for_version(3)
        sent = Clients(server.port, body(released, ROWS), expected.read_versions)
        with sent.sending(REQUESTS):
            for number, challenger, damaged in zip(range(CYCLES), tried, bad, strict=True):
                name = good[number % 2]
                deliver_and_try(server, move, sent, name, challenger, versions | tried)
                refuse(server, move, damaged, bad[damaged])
        health = server.health()
        move("deliver", good[1], 3)
        server.wait_for_version(3)
    assert sent.failures == []
    assert len(sent.sent) >= REQUESTS
    assert (health["swaps"] >= 50, health["failed_swaps"] >= CYCLES) == (True, True), health
    assert all(sent.count(version) > 0 for version in [2, 3, *tried.values()])


def deliver_and_try(
    server: Server,
    move: Move,
    sent: Clients,
    name: str,
    challenger: str,
    versions: dict[str, int],
) -> None:
    """A delivery, a canary in two steps, its promotion, and its rollback: three swaps."""
    move("deliver", name, versions[name])
    server.wait_for_version(versions[name])
    for share in (50, 90):
        move("try", challenger, versions[challenger], share)
        wait_for(partial(has_share, server, challenger, share), f"a share of {share} %")
        new = partial(has_answers, sent, versions[challenger], len(sent.sent))
        wait_for(new, f"version {versions[challenger]} answers")
    move("promote")
    server.wait_for_version(versions[challenger])
    move("rollback")
    server.wait_for_version(versions[name])


def has_share(server: Server, challenger: str, share: int) -> bool:
    lines = server.metrics().splitlines()
    found = [line for line in lines if line.startswith(f'canary_share{{release="{challenger}"')]
    return bool(found) and found[0].endswith(f" {share}.0")


def has_answers(sent: Clients, version: int, start: int) -> bool:
    return any(version in each.versions for each in sent.sent[start:])


def refuse(server: Server, move: Move, damaged: str, version: int) -> None:
    """Deliver a damaged release, which the server must not open."""
    before = server.health()["failed_swaps"]
    move("deliver", damaged, version)
    wait_for(lambda: server.health()["failed_swaps"] > before, "a damaged release is refused")


def test_a_killed_replica_fails_only_its_requests_in_flight(
    released: InstalledProject, tmp_path: Path
) -> None:
    ports = free_ports(2)
    with ExitStack() as stack:
        try:
            balancer = stack.enter_context(load_balancer(ports, tmp_path))
        except NoLoadBalancerError as reason:
            pytest.skip(f"no load balancer: {reason}")
        servers = [stack.enter_context(run_server(released, each, FAST)) for each in ports]
        move = stack.enter_context(pointer(released))
        for each in servers:
            each.wait_for_version(3)
        wait_for(lambda: balancer.ready_replicas() == 2, "both replicas are ready")
        sent = Clients(balancer.port, body(released))
        with sent.sending(0, BALANCED_CLIENTS):
            wait_for(lambda: len(sent.sent) > 2000, "both replicas have answered")
            killed = time.monotonic()
            servers[0].kill()
            ended = time.monotonic()
            wait_for(lambda: balancer.ready_replicas() == 1, "the load balancer notices it")
            alone = len(sent.sent)
            wait_for(lambda: len(sent.sent) > alone + 2000, "the other replica has answered")
            servers[0] = stack.enter_context(run_server(released, ports[0], FAST))
            wait_for(lambda: balancer.ready_replicas() == 2, "both replicas are ready again")
            swap(move, servers, release_names(released)[1:3])
    # It also takes requests while the system ends it.
    in_flight = [each for each in sent.sent if each.start < ended and each.end > killed]
    print(f"{len(sent.failures)} of {len(in_flight)} requests in flight failed")
    assert [each for each in sent.failures if each not in in_flight] == []
    assert ended - killed < 1
    assert sent.count(2) > 1000 < sent.count(3)


def swap(move: Move, servers: list[Server], names: list[str]) -> None:
    """Deliver versions 2 and 3 in turns, until each server has swapped often."""
    for number in range(SWAPS):
        version = 2 + number % 2
        move("deliver", names[version - 2], version)
        for each in servers:
            each.wait_for_version(version)


def test_memory_does_not_grow_with_requests(released: InstalledProject) -> None:
    with run_server(released) as server:
        server.wait_for_version(3)
        sent = Clients(server.port, body(released))
        sent.send(MEMORY_REQUESTS // 10)
        before = server.resident_memory()
        sent.send(MEMORY_REQUESTS)
        assert sent.failures == []
        assert server.resident_memory() <= before * MAX_GROWTH
