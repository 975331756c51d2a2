"""A release is tried on a share of the traffic of a real server, grows, ends, and is undone."""

import json
from collections import Counter
from typing import Any

import pytest

from tests.support.generator import commit, run_cli
from tests.support.projects import Install, InstalledProject, commands_up_to
from tests.support.releases import Expected, release_names
from tests.support.servers import Clients, Server, ask, golden_rows, run_server

ENTITIES = 2000
AT_ONCE: dict[str, Any] = {"CHURN_CANARY_MIN_MINUTES": "0", "CHURN_CANARY_MIN_ANSWERS": "10"}


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    """Version 1 is released, version 2 has passed the gate."""
    project = install(4)
    assert run_cli("upgrade", "--with", "canary", cwd=project.folder).status == 0
    commit(project.folder)
    for period in ("2013-03", "2013-06"):
        project.run(f"pipeline run --period {period}")
        project.run("promote" if period == "2013-03" else "promote --no-release")
    return project


def versions_by_entity(installed: InstalledProject, server: Server) -> dict[str, int]:
    """The version that answers each entity."""
    row = golden_rows(installed)[0]
    rows = [row | {"flight": f"F{number}", "flight_id": f"F{number}"} for number in range(ENTITIES)]
    versions: dict[str, int] = {}
    for start in range(0, ENTITIES, 500):
        status, answer = ask(f"{server.url}/predict", {"rows": rows[start : start + 500]})
        assert (status, len(answer["predictions"])) == (200, 500)
        others = {*answer.get("challenger", {}).get("rows", [])}
        for number, prediction in enumerate(answer["predictions"]):
            origin = answer["challenger"] if number in others else answer
            versions[prediction["flight_id"]] = origin["version"]
    return versions


def wait_for_share(installed: InstalledProject, server: Server, share: float) -> dict[str, int]:
    for _ in range(60):
        versions = versions_by_entity(installed, server)
        if Counter(versions.values())[2] / ENTITIES == pytest.approx(share, abs=0.03):
            return versions
    raise AssertionError(f"the share is {Counter(versions.values())}")


def test_the_project_passes_its_checks(installed: InstalledProject) -> None:
    installed.run_checks("tests/canary")


def test_the_commands_are_there(installed: InstalledProject) -> None:
    assert installed.commands() == commands_up_to(4) | {"canary"}


def test_a_canary_grows_in_the_loop_and_is_rolled_back_while_the_registry_is_down(
    installed: InstalledProject,
) -> None:
    rows = golden_rows(installed)[:12]
    with run_server(installed) as server:
        server.wait_for_version(1)
        installed.run("release --canary 20")
        releases = dict(zip(release_names(installed), (1, 2), strict=True))
        sent = Clients(server.port, json.dumps({"rows": rows}).encode())
        sent.read_versions = Expected(installed, rows, releases).read_versions
        few = wait_for_share(installed, server, 0.2)
        assert few == versions_by_entity(installed, server)  # nobody switches
        installed.run("loop --period 2013-06", status=0, **AT_ONCE)
        history = (installed.folder / "var/releases/pointer.jsonl").read_text().splitlines()
        assert json.loads(history[-1])["challenger"]["share"] == 50
        more = wait_for_share(installed, server, 0.5)
        assert all(more[name] == 2 for name, version in few.items() if version == 2)
        sent.send(200)
        assert "not decided" in installed.run("canary compare")
        down = {"MLFLOW_TRACKING_URI": "http://127.0.0.1:9", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}
        installed.run("rollback --reason slow", status=1, **down)
        assert set(wait_for_share(installed, server, 0).values()) == {1}
        sent.send(200)
    assert sent.failures == []  # each row was predicted by the release that its answer names
    assert sent.count(1) == len(sent.sent) > sent.count(2) > 0
    installed.run("release")
    versions = json.loads(installed.run("models list --json"))["versions"]
    assert "rolled back: slow" in str(versions[-1])


def test_it_can_be_removed_while_a_challenger_runs(installed: InstalledProject) -> None:
    installed.run("pipeline run --period 2013-07")
    installed.run("promote --no-release")
    installed.run("release --canary 20")
    assert run_cli("upgrade", "--without", "canary", cwd=installed.folder).status == 0
    commit(installed.folder)
    assert "canary" not in installed.commands()
    assert "mlops-init upgrade --with canary" in installed.run("release --shadow", status=2)
    assert "version 3 is the active release" in installed.run("release")
    answer = json.loads(installed.run("serve --smoke --json"))["response"]
    assert answer["version"] == 3
