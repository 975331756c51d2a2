"""The workflows of a project run on new machines, and a server follows their releases."""

import json
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from tests.support.forge import Forge
from tests.support.generator import commit, run_git
from tests.support.local_runner import Run
from tests.support.projects import Install, InstalledProject
from tests.support.stores import free_ports

GIT = shutil.which("git")
# Nobody pushes before both are about to: so one of them must be too late.
MEET = f"""#!/bin/sh
case " $* " in *" push "*)
  : > "{{place}}/$$"
  for _ in $(seq 2000); do [ "$(ls "{{place}}" | wc -l)" -ge 2 ] && break; sleep 0.2; done
esac
exec {GIT} "$@"
"""
ROWS = """
import json, sys
from pathlib import Path
from churn.periods import row_periods
from churn.predictions.records import row_records
from churn.schema import cast_columns
from churn.settings import load_spec
from churn.tables import read_table
spec = load_spec()
frame = cast_columns(spec, read_table(Path(spec.source)))
print(json.dumps(row_records(spec, frame[row_periods(spec, frame) == sys.argv[1]])[:600]))
"""


# A server of the same checkout in place of a container; test_serving_image.py runs the image.
DOCKER = """#!/bin/sh
record docker "$@"
case "$1" in
run)
  for word; do case "$word" in CHURN_SERVING_KEYS=*) export "$word" ;; esac; done
  .venv/bin/churn serve --port {port} > server.log 2>&1 &
  echo $! > server.pid
  ;;
port) echo 127.0.0.1:{port} ;;
logs) cat server.log ;;
rm) kill "$(cat server.pid)" ;;
esac
"""


@pytest.fixture(scope="module")
def forge(install: Install, tmp_path_factory: pytest.TempPathFactory) -> Forge:
    """A project of level 4 that publishes its log of predictions too."""
    installed = install(4)
    installed.shell_output(
        "sed -i 's/^include: .*/include: [monitoring, predictions, releases, runs]/' conf/state.yml"
    )
    commit(installed.folder)
    return Forge(installed.folder, tmp_path_factory.mktemp("forge"))


def test_deployment_without_a_registered_model_says_what_to_do(forge: Forge) -> None:
    run = forge.runs("deployment", at="too-early")
    assert run.status != 0
    assert "nothing is registered yet: run `churn pipeline run` first" in run.output
    assert "there is no branch yet" in run.output


def test_schedules_do_nothing_in_a_fork(forge: Forge) -> None:
    for name in ("pipelines", "deployment", "retraining"):
        run = forge.runs(name, at=f"fork-{name}", event="schedule", fork=True)
        assert run.status == 0, run.output
        assert run.calls == []


@pytest.mark.rubric("tracking", points=4, levels=[4])
@pytest.mark.rubric("orchestration", points=4, levels=[2, 3, 4])  # the files are the same
def test_the_first_training_creates_the_branch(forge: Forge) -> None:
    run = forge.runs("pipelines", at="first", inputs={"period": "2013-03"})
    assert run.status == 0, run.output
    assert forge.numbers() == {1: "2013-03"}
    assert re.search(r"^.*\b1 .*2013-03-\w{8} .*not evaluated", run.output, re.M), run.output


def test_two_jobs_at_once_lose_nothing_and_share_no_version_number(forge: Forge) -> None:
    meeting = forge.place / "meeting"
    meeting.mkdir()
    jobs = {"pipelines": {"period": "2013-04"}, "deployment": {"version": "1"}}

    def runs(name: str) -> Run:
        commands = {"git": MEET.format(place=meeting)}
        return forge.runs(name, at=f"racing-{name}", inputs=jobs[name], commands=commands)

    with ThreadPoolExecutor() as both:
        done = list(both.map(runs, jobs))
    assert [run.status for run in done] == [0, 0], "\n".join(run.output for run in done)
    late = [run for run in done if "another machine was first" in run.output]
    assert len(late) == 1
    assert forge.numbers() == {1: "2013-03", 2: "2013-04"}
    assert forge.registry()["champion"] == 1
    assert forge.pointer() == [1]


@pytest.mark.rubric("deployment", points=2, levels=[4])
@pytest.mark.rubric("monitoring", points=4, levels=[4])
def test_a_server_on_another_machine_follows_a_release(forge: Forge) -> None:
    server = InstalledProject(forge.clone("server"))
    server.sync()
    server.run("state fetch")
    rows = json.loads(server.shell_output(f"uv run python -c '{ROWS}' 2013-06"))
    with serving(server) as ask:
        answered = {ask(rows[start : start + 50])["version"] for start in range(0, 600, 50)}
        assert answered == {1}
        until(lambda: logged_predictions(server) == 600)  # a thread writes the log
        server.run("state publish")
        with asking(ask, rows[:5]) as versions:
            words = ("--var", "STATUS_PAGE=1")
            run = forge.runs("retraining", *words, at="loop", inputs={"period": "2013-06"})
            assert run.status == 0, run.output
            until(lambda: 3 in versions)
        assert set(versions) == {1, 3}  # a failed request would have ended the thread
    assert (
        "mae" in run.output and "higher than the" in run.output
    )  # the alarm, from logged predictions
    assert "version  3, passed by the gate" in run.output
    assert forge.numbers()[3] == "2013-06"
    assert forge.pointer() == [1, 3]
    published = (run.artifacts / "github-pages/index.html").read_text()
    assert "<dt>version</dt><dd>3</dd>" in published
    assert "passed" in published.split("Verdicts of the gate")[1]
    assert run.calls[-1]["name"] == "actions/deploy-pages"


def test_the_active_release_is_tried_in_a_container_and_brought_to_the_environments(
    forge: Forge,
) -> None:
    docker = DOCKER.format(port=free_ports(1)[0])
    run = forge.runs("containers", *environments(forge), at="rollout", commands={"docker": docker})
    assert run.status == 0, run.output
    assert "20 golden rows have the right predictions" in run.output
    words = [call["words"] for call in run.calls if call["name"] == "docker"]
    assert [each[0] for each in words] == ["build", "run", "port", "logs", "rm"]
    assert {"deploy/serving/Dockerfile"} <= {*words[0]}
    assert {"--read-only", "--cap-drop"} <= {*words[1]}
    assert run.output.count("the store has the pointer of this machine") == 2  # and production
    assert versions_in_the_store(forge) == forge.pointer() == [1, 3]


def environments(forge: Forge) -> list[str]:
    """The variables of a repository with a store; the runner has no variables of environments."""
    variables = ("ENVIRONMENTS=yes", f"RELEASE_STORE={forge.place}/store")
    return [word for each in variables for word in ("--var", each)]


def versions_in_the_store(forge: Forge) -> list[int]:
    lines = (forge.place / "store/pointer.jsonl").read_text().splitlines()
    return [json.loads(line)["version"] for line in lines]


@pytest.mark.ml_test_score("infrastructure-7", levels=[4])
def test_a_rollback_changes_the_branch_and_the_store_of_production(forge: Forge) -> None:
    words = environments(forge)
    run = forge.runs("deployment", *words, at="back", inputs={"rollback": "true"})
    assert run.status == 0, run.output
    assert versions_in_the_store(forge) == [1, 3, 1]
    assert "docker" not in {call["name"] for call in run.calls}  # a rollback waits for no image
    assert forge.pointer() == [1, 3, 1]
    assert forge.registry()["champion"] == 1
    assert forge.registry()["versions"][2]["rejected"].startswith("rolled back: by ")


def test_a_kill_before_the_push_leaves_the_branch_as_it_was(forge: Forge) -> None:
    laptop = InstalledProject(forge.clone("laptop"))
    laptop.sync()
    laptop.run("state restore")
    laptop.run("pipeline run --period 2013-05")
    before = run_git("rev-parse", "mlops-state", cwd=forge.place / "forge.git")
    deadly = forge.place / "deadly"
    deadly.mkdir()
    (deadly / "git").write_text(
        f'#!/bin/sh\ncase " $* " in *" push "*) kill -9 $PPID; exit 1;; esac\nexec {GIT} "$@"\n'
    )
    (deadly / "git").chmod(0o755)
    done = laptop.shell(f'PATH="{deadly}:$PATH" uv run churn state publish')
    assert done.returncode != 0
    assert "published" not in done.stdout
    assert run_git("rev-parse", "mlops-state", cwd=forge.place / "forge.git") == before
    laptop.run("state publish")
    assert forge.numbers()[4] == "2013-05"


@contextmanager
def serving(installed: InstalledProject) -> Iterator[Callable[[list[Any]], dict[str, Any]]]:
    """A function that asks a running server, which follows the branch."""
    churn = str(installed.folder / ".venv/bin/churn")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    follower = subprocess.Popen([churn, "state", "fetch", "--every", "1"], cwd=installed.folder)
    server = subprocess.Popen([churn, "serve", "--port", str(port)], cwd=installed.folder)

    def ask(rows: list[Any]) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{url}/predict",
            json.dumps({"rows": rows}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return dict(json.load(answer))

    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    try:
        until(ready)
        yield ask
    finally:
        for process in (server, follower):
            process.terminate()
            process.wait()


@contextmanager
def asking(ask: Callable[[list[Any]], dict[str, Any]], rows: list[Any]) -> Iterator[list[int]]:
    """A client that asks all the time; the versions that answered."""
    versions: list[int] = []
    stop = threading.Event()

    def forever() -> None:
        while not stop.is_set():
            versions.append(ask(rows)["version"])
            time.sleep(0.05)

    with ThreadPoolExecutor(1) as one:
        done = one.submit(forever)
        try:
            yield versions
        finally:
            stop.set()
            done.result()


def logged_predictions(server: InstalledProject) -> int:
    files = server.folder.glob("var/predictions/*.jsonl")
    return sum(len(file.read_text().splitlines()) for file in files)


def until(holds: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.2)
