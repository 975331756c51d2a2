"""Prometheus and Alertmanager, as Debian packages them, with the files of a project."""

import json
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.support.stores import free_ports

PROMETHEUS, ALERTMANAGER = "prometheus", "prometheus-alertmanager"
TIMEOUT = 60.0  # seconds


def missing_program() -> str | None:
    """The reason why there are no alerts on this machine."""
    missing = [name for name in (PROMETHEUS, ALERTMANAGER) if shutil.which(name) is None]
    return f"Debian's packages {' and '.join(missing)} are not installed" if missing else None


@dataclass(frozen=True)
class Prometheus:
    """A running server."""

    url: str

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The result of a query; an error of the query fails."""
        words = urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(f"{self.url}/api/v1/query?{words}", timeout=10) as answer:
            return list(json.load(answer)["data"]["result"])

    def firing(self) -> set[str]:
        """The names of the alerts that fire."""
        return {each["metric"]["alertname"] for each in self.query('ALERTS{alertstate="firing"}')}


@contextmanager
def run_prometheus(
    deploy: Path, folder: Path, ports: dict[str, int], token: str
) -> Iterator[Prometheus]:
    """Both servers read and write every second, until the block ends. `ports` has one by job."""
    server, alertmanager = free_ports(2)
    (folder / "token").write_text(token)
    shutil.copy(deploy / "rules.yml", folder)
    config = yaml.safe_load((deploy / "prometheus.yml").read_text())
    config["global"] |= {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["alerting"]["alertmanagers"] = [static_configs(alertmanager)]
    for job in config["scrape_configs"]:
        job.pop("dns_sd_configs", None)
        job |= static_configs(ports[job["job_name"]])
        job["authorization"]["credentials_file"] = str(folder / "token")
    write(folder / "prometheus.yml", config)
    write(folder / "alertmanager.yml", read_alertmanager(deploy, folder, ports["alerting"]))
    storage = f"--storage.tsdb.path={folder / 'data'}"
    with (
        process(folder, ALERTMANAGER, alertmanager, "--cluster.listen-address="),
        process(folder, PROMETHEUS, server, storage),
    ):
        url = f"http://127.0.0.1:{server}"
        for each in (url, f"http://127.0.0.1:{alertmanager}"):
            wait_until_ready(f"{each}/-/ready")
        yield Prometheus(url)


def static_configs(port: int) -> dict[str, Any]:
    return {"static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}


def read_alertmanager(deploy: Path, folder: Path, port: int) -> dict[str, Any]:
    """The routes of the project, without its waiting times."""
    config = dict(yaml.safe_load((deploy / "alertmanager.yml").read_text()))
    config["route"] |= {"group_wait": "0s", "group_interval": "1s", "repeat_interval": "5s"}
    (webhook,) = (each["webhook_configs"][0] for each in config["receivers"] if len(each) > 1)
    webhook["url"] = f"http://127.0.0.1:{port}/webhook"
    webhook["http_config"]["authorization"]["credentials_file"] = str(folder / "token")
    return config


def write(file: Path, config: dict[str, Any]) -> None:
    file.write_text(yaml.safe_dump(config))


@contextmanager
def process(folder: Path, program: str, port: int, *words: str) -> Iterator[None]:
    name = program.removeprefix("prometheus-")
    command = [program, f"--config.file={folder / name}.yml", *words]
    command += [f"--web.listen-address=127.0.0.1:{port}"]
    if program == ALERTMANAGER:
        command += [f"--storage.path={folder / 'alerts'}"]
    with (folder / f"{name}.log").open("w") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield
    finally:
        running.terminate()
        running.wait(TIMEOUT)


def wait_until_ready(url: str) -> None:
    end = time.monotonic() + TIMEOUT
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            assert time.monotonic() < end, f"not in time: {url}"
            time.sleep(0.1)
