"""Drift in the traffic becomes an alert, which runs the loop, whose model becomes the active one.

Prometheus and Alertmanager are real, as are the API and the server of `alerting`.
"""

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from tests.support.generator import commit, run_cli
from tests.support.projects import Install, InstalledProject, read_replay
from tests.support.prometheus import Prometheus, missing_program, run_prometheus
from tests.support.servers import Clients, Server, golden_rows, run_server
from tests.support.stores import free_ports

TOKEN = "a-token-of-the-test"
FEW = 80  # labelled predictions: the error is known, but too uncertain for an alarm
SECONDS = 600.0  # that the whole chain may take on a busy machine
SETTINGS = {
    "CHURN_ALERTING_COLLECT_SECONDS": "1",
    "CHURN_ALERTING_MONITOR_MINUTES": "0.1",
    "CHURN_ALERTING_RETRY_SECONDS": "1",
    "CHURN_ALERTING_TOKEN": TOKEN,
    "CHURN_CANARY_MIN_ANSWERS": "50",
    "CHURN_CANARY_MIN_MINUTES": "0",
    "CHURN_CANARY_RELEASES": "canary",
    "CHURN_CANARY_STEPS": "[50]",
    "CHURN_DATA_SOURCE": "data/arrived.parquet",
    "CHURN_RETRAINING_EVERY_PERIOD": "false",
    "CHURN_RETRAINING_MAX_DRIFTED_SHARE": "0.4",
    "CHURN_RETRAINING_ON_DRIFT": "train",
}


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """The first true value of the condition."""
    end = time.monotonic() + SECONDS
    while not (value := condition()):
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.1)
    return value


def arrive(project: InstalledProject, months: int, labelled: int) -> pd.DataFrame:
    """The rows of so many months arrive, of the first ones with labels."""
    rows = pd.read_parquet(project.folder / "data/flights.parquet")
    rows = rows[rows["time"].dt.month <= months].copy()
    rows.loc[rows["time"].dt.month > labelled, "air_time"] = None
    rows.to_parquet(project.folder / "data/arrived.parquet", index=False)
    return rows


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    """A model of three months is active."""
    if reason := missing_program():
        pytest.skip(reason)
    project = install(4)
    words = ("upgrade", "--with", "alerting", "--with", "canary")
    assert run_cli(*words, cwd=project.folder).status == 0
    commit(project.folder)
    arrive(project, 3, 3)
    project.run("pipeline run", 0, **SETTINGS)
    project.run("promote", 0, **SETTINGS | {"CHURN_CANARY_RELEASES": "full"})
    return project


@contextmanager
def run_alerting(installed: InstalledProject, port: int) -> Iterator[None]:
    script = str(installed.folder / ".venv/bin/churn")
    command = [script, "alerting", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=installed.folder, env=os.environ | SETTINGS)
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(60) == 0


def read_lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def check_dashboard(prometheus: Prometheus, deploy: Path) -> None:
    """Every query returns data."""
    panels = json.loads((deploy / "grafana/dashboard.json").read_text())["panels"]
    queries = [target["expr"] for panel in panels for target in panel["targets"]]
    queries = [query.replace("$__rate_interval", "1m") for query in queries]
    empty = [query for query in queries if not prometheus.query(query)]
    assert not empty, empty


def bodies(rows: pd.DataFrame, columns: list[str], size: int = 250) -> list[bytes]:
    """Requests with these rows and columns."""
    features = rows[columns]
    parts = (features[start : start + size] for start in range(0, len(features), size))
    return [
        f'{{"rows": {part.to_json(orient="records", date_format="iso")}}}'.encode()
        for part in parts
    ]


def send(server: Server, requests: list[bytes]) -> list[Any]:
    """The requests that failed."""
    failures = []
    for body in requests:
        clients = Clients(server.port, body)
        clients.send(1, clients=1)
        failures += clients.failures
    return failures


def test_drift_becomes_an_alert_that_runs_the_loop_whose_model_is_promoted(
    installed: InstalledProject, tmp_path: Path
) -> None:
    var, deploy = installed.folder / "var", installed.folder / "deploy/alerting"
    (port,) = free_ports(1)
    with (
        run_server(installed, env=SETTINGS) as server,
        run_alerting(installed, port),
        run_prometheus(
            deploy, tmp_path, {"api": server.port, "alerting": port}, TOKEN
        ) as prometheus,
    ):
        wait_for(lambda: prometheus.query("deployment_active_releases == 1"), "a metric")
        assert "FeaturesDrifted" not in prometheus.firing()
        rows = arrive(installed, 7, 6)
        columns = list(golden_rows(installed)[0])
        july = bodies(rows[rows["time"].dt.month == 7], columns)
        june = bodies(rows[rows["time"].dt.month == 6][:FEW], columns)
        assert send(server, june + july) == []
        wait_for(lambda: "FeaturesDrifted" in prometheus.firing(), "the alert")

        def challenger() -> Any:
            return read_lines(var / "releases/pointer.jsonl")[-1].get("challenger")

        assert wait_for(challenger, "a challenger")["version"] == 2
        wait_for(lambda: prometheus.query("canary_challenger_share == 50"), "its share")
        check_dashboard(prometheus, deploy)

        def is_promoted() -> bool:
            assert send(server, july[:2]) == []
            last = read_lines(var / "releases/pointer.jsonl")[-1]
            return last["version"] == 2 and not last["challenger"]

        wait_for(is_promoted, "the promotion")
        wait_for(lambda: "FeaturesDrifted" not in prometheus.firing(), "the end of the alert")
    alerts = read_lines(var / "alerting/alerts.jsonl")
    assert {"FeaturesDrifted", "ChallengerStepDue"} <= {each["name"] for each in alerts}
    keys = [(each["fingerprint"], each["starts_at"]) for each in alerts]
    assert len(keys) == len({*keys})  # Alertmanager repeated them every five seconds
    decisions = read_lines(var / "retraining/decisions.jsonl")
    assert [each["outcome"] for each in decisions].count("train") == 1
    assert len(decisions) <= len(alerts)


def test_the_year_in_the_tests_of_the_rules_is_what_monitoring_measures(
    installed: InstalledProject,
) -> None:
    deploy = installed.folder / "deploy/alerting"
    tests = yaml.safe_load((deploy / "rules_test.yml").read_text())["tests"]
    (year,) = (each for each in tests if each["name"] == "the year with retraining has two alarms")
    expected: dict[str, dict[str, float]] = {}
    for each in year["input_series"]:
        if 'check="quality"' in each["series"]:
            (period,) = re.findall(r'period="(.+?)"', each["series"])
            value = re.findall(r"(?:^|[^_] )([\d.]+)x5", each["values"])[-1]
            expected.setdefault(period, {})[each["series"].split("{")[0]] = float(value)
    replay = read_replay(installed.run("simulate"))
    assert [each["period"] for each in replay["periods"]] == sorted(expected)
    folders = sorted(installed.folder.glob("var/simulation/*/var/monitoring/*/health.json"))
    assert len(folders) == len(expected)
    for file in folders:
        health = json.loads(file.read_text())
        values = expected[health["period"]]
        assert (health["quality"] == "alarm") == values["monitoring_alarm"], health["period"]
        assert health["error"] == pytest.approx(values["monitoring_value"], rel=0.05)
        assert health["highest_error"] == pytest.approx(values["monitoring_threshold"], rel=0.05)
