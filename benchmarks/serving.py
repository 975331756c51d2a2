"""Serving one row against an echo with the same request model, and against other servers.

    python benchmarks/serving.py                 only against the echo
    python benchmarks/serving.py --peers         also mlflow, BentoML and LitServe (some minutes)
    python benchmarks/serving.py --seconds 10

Each server runs on one core and the clients (wrk) on another, in turns: every figure is measured
in each of three rounds, and its median counts. Needs wrk (`apt-get install wrk`) and two cores.
"""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from peers import Peer, create_peers
from processes import run

OWN = Path(sys.executable).parent
ROUNDS, CONNECTIONS, LARGE_ROWS, MAX_START = 3, (1, 32), 1000, 120  # seconds
SERVER_CORE, CLIENT_CORE = sorted(os.sched_getaffinity(0))[0], sorted(os.sched_getaffinity(0))[-1]
LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [==[BODY]==]
done = function(summary, latency)
  local errors = summary.errors.status + summary.errors.read + summary.errors.timeout
  local rate = summary.requests / (summary.duration / 1e6)
  io.write(string.format("RESULT %f %f %d\\n", rate, latency:percentile(99) / 1000, errors))
end
"""
ECHO = """
import uvicorn
from fastapi import FastAPI
from pydantic import Field, create_model
from churn.predictions.records import row_model
from churn.settings import load_spec

app, spec = FastAPI(), load_spec()
rows = (list[row_model(spec)], Field(min_length=1, max_length=1000))
Request = create_model("Request", rows=rows)

@app.post("/predict")
async def predict(body: Request):
    rows = [row.model_dump(by_alias=True) for row in body.rows]
    answers = [{spec.key: row[spec.key], "prediction": 1.0} for row in rows]
    return {"release": "echo", "version": 1, "predictions": answers}

@app.get("/readyz")
async def readyz():
    return {}

uvicorn.run(app, port=PORT, log_level="warning", access_log=False)
"""


@dataclass(frozen=True)
class Load:
    """What clients saw, and what it cost the server."""

    rate: float  # requests per second
    p99: float  # milliseconds
    cpu: float  # microseconds of the server per request


@dataclass(frozen=True)
class Served:
    """A server that answers."""

    process: "subprocess.Popen[bytes]"
    url: str
    start: float  # seconds until the first answer
    memory: float  # megabytes

    def cpu(self) -> float:
        """Seconds, of all its processes."""
        ticks = sum(int(stat[11]) + int(stat[12]) for stat in process_tree(self.process.pid))
        return ticks / os.sysconf("SC_CLK_TCK")


def create_project(place: Path) -> Path:
    """A level 3 project with a released model."""
    project = place / "churn"
    run(OWN / "mlops-init", project, "--level", 3, "--defaults", cwd=place)
    run(OWN / "uv", "sync", "--quiet", cwd=project)
    for command in ("ingest", "validate", "pipeline run", "promote"):
        run(project / ".venv/bin/churn", *command.split(), cwd=project)
    return project


@contextmanager
def serve(project: Path, *command: object, port: int, ready: str) -> Iterator[Served]:
    """A server on one core, from its start until the block ends."""
    started = time.perf_counter()
    words = ["taskset", "-c", str(SERVER_CORE), *map(str, command)]
    paths = f"{Path(str(command[0])).parent}{os.pathsep}{os.environ['PATH']}"
    with subprocess.Popen(
        words, cwd=project, env=os.environ | {"PATH": paths}, start_new_session=True
    ) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            while not answers(url + ready):
                if process.poll() is not None or time.perf_counter() - started > MAX_START:
                    sys.exit(f"{' '.join(words)} does not answer")
                time.sleep(0.01)
            start = time.perf_counter() - started
            pages = sum(int(stat[21]) for stat in process_tree(process.pid))
            yield Served(process, url, start, pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def process_tree(root: int) -> list[list[str]]:
    """The fields of `/proc/*/stat` after the name, of a process and all that descend from it."""
    stats: dict[int, list[str]] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            stats[int(file.parent.name)] = file.read_text().rsplit(")", 1)[1].split()
    tree = {root}
    while more := {each for each, stat in stats.items() if int(stat[1]) in tree} - tree:
        tree |= more
    return [stats[each] for each in tree & stats.keys()]


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def load(server: Served, path: str, body: bytes, connections: int, seconds: int) -> Load:
    """Send the same request again and again on each connection."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA.replace("BODY", body.decode()))
        script.flush()
        before = server.cpu()
        words = ["taskset", "-c", str(CLIENT_CORE), "wrk", "-t1", f"-c{connections}"]
        words += [f"-d{seconds}s", "-s", script.name, server.url + path]
        printed = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    rate, p99, errors = map(float, re.findall(r"RESULT (\S+) (\S+) (\S+)", printed)[0])
    if errors:
        sys.exit(f"{server.url} answered {errors:.0f} requests with an error")
    return Load(rate, p99, (server.cpu() - before) / (rate * seconds) * 1e6)


def next_to_large(server: Served, path: str, body: bytes, seconds: int) -> tuple[float, float]:
    """p99 of four clients with one row: alone, and next to two clients with 1,000 rows."""
    alone = load(server, path, body, 4, seconds).p99
    rows = json.loads(body)["rows"]
    many = json.dumps({"rows": rows * LARGE_ROWS}).encode()
    with ThreadPoolExecutor(1) as pool:
        large = pool.submit(load, server, path, many, 2, seconds)
        shared = load(server, path, body, 4, seconds).p99
        large.result()
    return alone, shared


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def servers(project: Path, place: Path, peers: bool) -> dict[str, Peer]:
    """The servers to measure, by name."""
    echo, scripts = project / "echo.py", project / ".venv/bin"
    echo.write_text(ECHO.replace("PORT", "int(__import__('sys').argv[1])"))
    return {
        "project": Peer([scripts / "churn", "serve", "--port", "PORT"]),
        "echo": Peer([scripts / "python", echo, "PORT"]),
    } | (create_peers(project, place) if peers else {})


def measure(
    project: Path, found: dict[str, Peer], seconds: int
) -> dict[str, dict[str, list[float]]]:
    """server -> figure -> its value in each round."""
    figures: dict[str, dict[str, list[float]]] = {name: {} for name in found}
    golden = next(project.glob("var/releases/*/golden.jsonl")).read_text().splitlines()
    row = json.dumps(json.loads(golden[0])["row"])
    for _ in range(ROUNDS):
        for name, peer in found.items():
            port, body = free_port(), peer.body.replace("ROW", row).encode()
            words = [str(port) if word == "PORT" else word for word in peer.command]
            with serve(project, *words, port=port, ready=peer.ready) as server:
                measured = {"start, s": server.start, "memory, MB": server.memory}
                load(server, peer.predict, body, 4, 1)  # warms it up
                if name in ("project", "echo"):
                    pair = next_to_large(server, peer.predict, body, seconds)
                    measured |= dict(zip(("p99 at 4", "next to large"), pair, strict=True))
                for count in CONNECTIONS:
                    values = vars(load(server, peer.predict, body, count, seconds))
                    measured |= {f"{each} at {count}": value for each, value in values.items()}
            for figure, value in measured.items():
                figures[name].setdefault(figure, []).append(value)
    return figures


def report(figures: dict[str, dict[str, list[float]]]) -> None:
    medians = {
        name: {figure: statistics.median(values) for figure, values in mine.items()}
        for name, mine in figures.items()
    }
    print(
        f"{'':14}"
        + "".join(f"{name:>12}" for name in medians)
        + "".join(f"{'/ ' + name:>12}" for name in medians if name != "project")
    )
    for figure, ours in medians["project"].items():
        others = [
            each.get(figure, float("nan")) for name, each in medians.items() if name != "project"
        ]
        values = "".join(f"{value:12,.2f}" for value in [ours, *others])
        ratios = [ours / other for other in others]
        print(f"{figure:14}{values}" + "".join(f"{ratio:12.2f}" for ratio in ratios))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--seconds", type=int, default=4)
    options = parser.parse_args()
    if not shutil.which("wrk") or SERVER_CORE == CLIENT_CORE:
        sys.exit("this benchmark needs wrk (`apt-get install wrk`) and two cores")
    with tempfile.TemporaryDirectory() as place:
        project = create_project(Path(place))
        found = servers(project, Path(place), options.peers)
        report(measure(project, found, options.seconds))


if __name__ == "__main__":
    main()
