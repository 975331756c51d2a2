"""An alert runs the loop of a real project once, also if the server of `alerting` is killed."""

import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.generator import commit, run_cli
from tests.support.projects import Install, InstalledProject, commands_up_to
from tests.support.servers import wait_for
from tests.support.stores import free_ports

TOKEN = "a-token-of-the-test"
SECONDS = 600.0  # that a busy machine may take to train the first model
SETTINGS = {
    "CHURN_ALERTING_COLLECT_SECONDS": "0.5",
    "CHURN_ALERTING_MONITOR_MINUTES": "60",
    "CHURN_ALERTING_RETRY_SECONDS": "0.5",
    "CHURN_ALERTING_TOKEN": TOKEN,
    "CHURN_RETRAINING_EVERY_PERIOD": "false",
}
STARTED = datetime.now(UTC).isoformat()
ALERT = {
    "status": "firing",
    "labels": {"alertname": "QualityAlarm", "action": "loop"},
    "fingerprint": "b0a1",
    "startsAt": STARTED,
}


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    project = install(4)
    assert run_cli("upgrade", "--with", "alerting", cwd=project.folder).status == 0
    commit(project.folder)
    return project


class Server:
    """A running `alerting serve`."""

    def __init__(self, installed: InstalledProject) -> None:
        (port,) = free_ports(1)
        script = str(installed.folder / ".venv/bin/churn")
        command = [script, "alerting", "serve", "--port", str(port)]
        env = os.environ | SETTINGS
        self.process = subprocess.Popen(command, cwd=installed.folder, env=env)
        self.url = f"http://127.0.0.1:{port}"

    def wait_for_metrics(self, text: str) -> None:
        wait_for(lambda: text in self.ask("metrics")[1], text, SECONDS)

    def ask(self, path: str, body: Any = None) -> tuple[int, str]:
        """(status, answer); 0 while it does not listen."""
        data = json.dumps(body).encode() if body else None
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except urllib.error.URLError:
            return 0, ""

    def send(self) -> tuple[int, str]:
        return self.ask("webhook", {"version": "4", "alerts": [ALERT]})


@contextmanager
def run_alerting(installed: InstalledProject) -> Iterator[Server]:
    server = Server(installed)
    try:
        server.wait_for_metrics("alerting_collected")
        yield server
    finally:
        if server.process.poll() is None:
            server.process.terminate()
            assert server.process.wait(60) == 0


def alerts(installed: InstalledProject) -> list[tuple[str, str]]:
    lines = (installed.folder / "var/alerting/alerts.jsonl").read_text().splitlines()
    return [(each["name"], each["state"]) for each in map(json.loads, lines)]


def count_decisions(installed: InstalledProject) -> int:
    file = installed.folder / "var/retraining/decisions.jsonl"
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_the_project_passes_its_checks(installed: InstalledProject) -> None:
    installed.run_checks("tests/alerting")


def test_the_commands_are_there(installed: InstalledProject) -> None:
    assert installed.commands() == commands_up_to(4) | {"alerting"}


def test_other_machines_are_refused_without_a_token(installed: InstalledProject) -> None:
    printed = installed.run("alerting serve", status=2, CHURN_ALERTING_HOST="0.0.0.0")
    assert printed.startswith("anyone who reaches 0.0.0.0 could read the metrics: set CHURN_ALERT")


def test_an_alert_of_a_killed_server_runs_the_loop_and_no_other_time(
    installed: InstalledProject,
) -> None:
    with run_alerting(installed) as server:
        assert "another `alerting serve`" in installed.run("alerting serve --port 0", status=2)
        assert server.send() == (202, '{"accepted":1}')
        server.process.kill()  # what it has started runs to its end
        server.process.wait()
    assert alerts(installed) == [("QualityAlarm", "waiting")]
    with run_alerting(installed) as server:
        assert server.send() == (200, '{"repeated":1}')
        done = [("QualityAlarm", "done")]
        wait_for(lambda: alerts(installed) == done, "the end of the loop", SECONDS)
        decisions = count_decisions(installed)
        assert decisions in (1, 2)  # one that was killed is run again
        assert server.send() == (200, '{"repeated":1}')
        server.wait_for_metrics("deployment_active_releases 1.0")
    assert count_decisions(installed) == decisions
    assert "version 1 is the active release" in installed.run("release")
