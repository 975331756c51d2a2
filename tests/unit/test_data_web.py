"""Data at a web address are downloaded, declared and copied, or one sentence says why not."""

import base64
import socket
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from tests.support.generator import run_cli, run_git
from tests.unit.test_terminal import ENTER, UP, run_in_terminal

ROWS = "id,size,target\n" + "".join(f"{n},{n * 7 % 61},{n % 2}\n" for n in range(200))
CSV = {"Content-Type": "text/csv"}
BROKEN = 0  # instead of a status: the connection ends without an answer


@dataclass
class Web:
    """What a server on this machine answers at each path, and the requests it got."""

    url: str = ""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    logins: list[str | None] = field(default_factory=list)  # the Authorization of each request
    failures: list[int] = field(default_factory=list)  # the statuses of the first requests
    slow: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Web]:
    state = Web(answers={"/rows.csv": (200, CSV, ROWS.encode())})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.logins.append(self.headers["Authorization"])
            path = self.path.partition("?")[0]
            if path == "/slow.csv":
                state.slow.wait(20)
            status, headers, body = state.answers.get(path, (404, {}, b""))
            if state.failures:
                status = state.failures.pop(0)
            if status == BROKEN:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr("mlops_init.data.read.download.WAITS", (0, 0, 0))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    yield state
    state.slow.set()
    server.shutdown()
    server.server_close()


def error_of(tmp_path: Path, url: str) -> str:
    result = run_cli("churn", "--data", url, "--target", "target", "--defaults", cwd=tmp_path)
    assert (result.status, result.out) == (2, ""), result
    assert result.err.count("\n") == 1, result.err
    assert str(tmp_path) not in result.err
    assert [each.name for each in tmp_path.rglob("*")] == ["tmp"]
    return result.err


@pytest.mark.parametrize("level", [0, 4])
def test_an_address_is_downloaded_once_and_kept(tmp_path: Path, web: Web, level: int) -> None:
    url = web.url.replace("//", "//me:p%40ss@") + "/rows.csv?signed=secret"
    result = run_cli("churn", "--level", level, "--data", url, "--target", "target", cwd=tmp_path)
    assert result.status == 0, result.err
    assert web.logins == ["Basic " + base64.b64encode(b"me:p@ss").decode()]
    place = tmp_path / "churn"
    declaration = (place / "conf/data.yml").read_text()
    assert yaml.safe_load(declaration)["source"] == "var/source/rows.csv"
    assert f"# a copy of {web.url}/rows.csv; from level 1" in declaration
    assert (place / "var/source/rows.csv").read_text() == ROWS
    card = (place / "docs/reference/data-card.md").read_text()
    assert f"| Source | {web.url}/rows.csv |" in card
    assert "secret" not in declaration + card + result.out + result.err
    assert run_git("status", "--porcelain", cwd=place) == ""
    if level == 0:
        assert " run churn predict var/source/rows.csv" in result.out
    assert list((tmp_path / "tmp").iterdir()) == []


def test_an_existing_project_gets_the_data_of_an_address(tmp_path: Path, web: Web) -> None:
    assert run_cli("churn", "--level", 1, "--example", "none", "-y", cwd=tmp_path).status == 0
    place = tmp_path / "churn"
    result = run_cli("data", "--data", f"{web.url}/rows.csv", "--target", "target", cwd=place)
    assert result.status == 0, result.err
    assert (place / "var/source/rows.csv").read_text() == ROWS
    assert run_git("log", "-1", "--format=%s", cwd=place) == (
        "Declare rows.csv to predict target\n"
    )


def test_the_wizard_asks_for_an_address_and_asks_again(tmp_path: Path, web: Web) -> None:
    keys = [
        ("a file of mine", UP + ENTER),
        ("Which file, folder or URL?", f"{web.url}/gone.csv" + ENTER),
        ("(status 404)", f"{web.url}/rows.csv" + ENTER),
        ("Which column do you want to predict?", UP + ENTER),
        ("Are these decisions right?", ENTER),
        ("Create churn?", ENTER),
    ]
    words = ["churn", "--level", "0", "--name", "churn", "--package", "churn"]
    status, screen = run_in_terminal(words, keys, tmp_path)
    assert status == 0, screen
    assert (tmp_path / "churn/var/source/rows.csv").read_text() == ROWS


@pytest.mark.parametrize("failures", [[503], [500, 502, 429], [BROKEN, BROKEN]])
def test_a_failure_that_passes_is_retried(tmp_path: Path, web: Web, failures: list[int]) -> None:
    web.failures = failures.copy()
    words = ("--data", f"{web.url}/rows.csv", "--target", "target", "--level", 0)
    assert run_cli("churn", *words, cwd=tmp_path).status == 0
    assert (tmp_path / "churn/var/source/rows.csv").read_text() == ROWS
    assert len(web.logins) == len(failures) + 1


@pytest.mark.parametrize(
    ("status", "requests", "remedy"),
    [(503, 4, "try again later"), (404, 1, "check the address"), (403, 1, "check the address")],
)
def test_a_failure_that_stays_ends_after_a_few_attempts(
    tmp_path: Path, web: Web, status: int, requests: int, remedy: str
) -> None:
    web.answers["/x.csv"] = (status, CSV, b"")
    assert f"(status {status}): {remedy}." in error_of(tmp_path, f"{web.url}/x.csv")
    assert len(web.logins) == requests


def test_the_wait_before_each_attempt_is_longer() -> None:
    from mlops_init.data.read.download import WAITS

    assert list(WAITS) == sorted(set(WAITS))


@pytest.mark.parametrize(
    ("path", "answer", "sentence"),
    [
        ("/gone.csv", None, "/gone.csv cannot be downloaded (status 404): check the address."),
        ("/rows", None, "/rows names no .csv, .tsv, "),
        ("/x.csv", (200, {"Content-Type": "text/html"}, b"<p>"), "is a web page, not a data file"),
        ("/x.csv", (200, {"Content-Length": "999"}, b"a,b\n"), "received 4 of 999 bytes"),
        ("/x.csv", (200, {"Content-Length": str(3 << 30)}, b""), "is larger than 2,048 MB: "),
        ("/x.csv", (302, {"Location": "file:///etc/passwd"}, b""), "its redirects lead nowhere"),
        (
            "/x.csv",
            (302, {"Location": "ftp://127.0.0.1/x"}, b""),
            "it redirects to ftp://127.0.0.1/x",
        ),
        ("/x.csv", (302, {"Location": "/x.csv"}, b""), "its redirects lead nowhere"),
        ("/x.csv", (200, CSV, b""), "/x.csv is empty: name a file that has rows."),
        ("/x.csv", (200, CSV, b"a,b\n1,2\n"), "target is not a column of http://127.0.0.1:"),
    ],
)
def test_a_failed_download_is_one_sentence(
    tmp_path: Path,
    web: Web,
    path: str,
    answer: tuple[int, dict[str, str], bytes] | None,
    sentence: str,
) -> None:
    if answer:
        web.answers[path] = answer
    assert sentence in error_of(tmp_path, web.url + path)


def test_a_silent_server_times_out(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlops_init.data.read.download.READ_TIMEOUT", 0.3)
    assert "/slow.csv cannot be downloaded (timed out)" in error_of(tmp_path, f"{web.url}/slow.csv")


def test_a_download_has_a_maximum_size(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlops_init.data.read.download.MAX_BYTES", 100)
    assert "/rows.csv is larger than " in error_of(tmp_path, f"{web.url}/rows.csv")


@pytest.mark.parametrize("url", ["s3://bucket/rows.csv", "file:///etc/rows.csv", "http:///x.csv"])
def test_another_scheme_is_one_sentence(tmp_path: Path, web: Web, url: str) -> None:
    assert f"{url} is not an http:// or https:// address: download" in error_of(tmp_path, url)
    assert web.logins == []


@pytest.mark.usefixtures("web")
def test_an_address_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    message = error_of(tmp_path, "https://me:secret@[::1")
    assert "This is not an http:// or https:// address: download" in message
    assert "secret" not in message


def test_an_unreachable_server_is_one_sentence(tmp_path: Path, web: Web) -> None:
    assert "cannot be downloaded (" in error_of(tmp_path, "http://127.0.0.1:9/rows.csv")
