"""Data at a web address: fetched, declared and kept as a copy, or one sentence and nothing left."""

import base64
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from tests.conftest import run_cli, run_git

ROWS = "id,size,target\n" + "".join(f"{n},{n * 7 % 61},{n % 2}\n" for n in range(200))
CSV = {"Content-Type": "text/csv"}


@dataclass
class Web:
    """What a server on this machine answers at each path, and who asked."""

    url: str = ""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str | None] = field(default_factory=list)  # the Authorization of each request
    slow: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Web]:
    state = Web(answers={"/rows.csv": (200, CSV, ROWS.encode())})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.headers["Authorization"])
            path = self.path.partition("?")[0]
            if path == "/slow.csv":
                state.slow.wait(20)
            status, headers, body = state.answers.get(path, (404, {}, b""))
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
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    yield state
    state.slow.set()
    server.shutdown()
    server.server_close()


def refused(tmp_path: Path, url: str) -> str:
    said = run_cli("churn", "--data", url, "--target", "target", "--defaults", cwd=tmp_path)
    assert (said.status, said.out) == (2, ""), said
    assert said.err.count("\n") == 1, said.err
    assert str(tmp_path) not in said.err
    assert [each.name for each in tmp_path.rglob("*")] == ["tmp"]
    return said.err


@pytest.mark.parametrize("level", [0, 4])
def test_what_is_at_an_address_is_fetched_once_and_kept(
    tmp_path: Path, web: Web, level: int
) -> None:
    url = web.url.replace("//", "//me:p%40ss@") + "/rows.csv?signed=secret"
    said = run_cli("churn", "--level", level, "--data", url, "--target", "target", cwd=tmp_path)
    assert said.status == 0, said.err
    assert web.asked == ["Basic " + base64.b64encode(b"me:p@ss").decode()]
    place = tmp_path / "churn"
    declared = (place / "conf/data.yml").read_text()
    assert yaml.safe_load(declared)["source"] == "var/source/rows.csv"
    assert f"# a copy of {web.url}/rows.csv; from level 1" in declared
    assert (place / "var/source/rows.csv").read_text() == ROWS
    card = (place / "docs/data-card.md").read_text()
    assert f"| Source | {web.url}/rows.csv |" in card
    assert "secret" not in declared + card + said.out + said.err
    assert run_git("status", "--porcelain", cwd=place) == ""
    if level == 0:
        assert " run churn predict var/source/rows.csv" in said.out
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_project_that_is_there_gets_what_is_at_an_address(tmp_path: Path, web: Web) -> None:
    assert run_cli("churn", "--level", 1, "--example", "none", "-y", cwd=tmp_path).status == 0
    place = tmp_path / "churn"
    said = run_cli("data", "--data", f"{web.url}/rows.csv", "--target", "target", cwd=place)
    assert said.status == 0, said.err
    assert (place / "var/source/rows.csv").read_text() == ROWS
    assert run_git("log", "-1", "--format=%s", cwd=place) == (
        "Declare rows.csv, to predict target\n"
    )


@pytest.mark.parametrize(
    ("path", "answer", "sentence"),
    [
        ("/gone.csv", None, "/gone.csv cannot be had (status 404): look at the address."),
        ("/rows", None, "/rows names no .csv, .tsv, "),
        ("/x.csv", (200, {"Content-Type": "text/html"}, b"<p>"), "answers with a web page, not "),
        ("/x.csv", (200, {"Content-Length": "999"}, b"a,b\n"), "4 of 999 bytes came"),
        ("/x.csv", (200, {"Content-Length": str(3 << 30)}, b""), "is larger than 2,048 MB: "),
        ("/x.csv", (302, {"Location": "file:///etc/passwd"}, b""), "in a circle or to no web"),
        ("/x.csv", (302, {"Location": "ftp://127.0.0.1/x"}, b""), "it leads to ftp://127.0.0.1/x"),
        ("/x.csv", (302, {"Location": "/x.csv"}, b""), "it leads in a circle"),
        ("/x.csv", (200, CSV, b""), "/x.csv is empty: name a file that has rows."),
        ("/x.csv", (200, CSV, b"a,b\n1,2\n"), "target is no column of http://127.0.0.1:"),
    ],
)
def test_what_cannot_be_had_is_one_sentence(
    tmp_path: Path,
    web: Web,
    path: str,
    answer: tuple[int, dict[str, str], bytes] | None,
    sentence: str,
) -> None:
    if answer:
        web.answers[path] = answer
    assert sentence in refused(tmp_path, web.url + path)


def test_a_server_that_is_silent_is_not_waited_for(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlops_init.data.read.web.SILENCE", 0.3)
    assert "/slow.csv cannot be had (timed out)" in refused(tmp_path, f"{web.url}/slow.csv")


def test_no_more_is_fetched_than_may_be(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlops_init.data.read.web.MOST", 100)
    assert "/rows.csv is larger than " in refused(tmp_path, f"{web.url}/rows.csv")


@pytest.mark.parametrize("url", ["s3://bucket/rows.csv", "file:///etc/rows.csv", "http:///x.csv"])
def test_another_scheme_is_one_sentence(tmp_path: Path, web: Web, url: str) -> None:
    assert f"{url} is no http:// or https:// address: download it" in refused(tmp_path, url)
    assert web.asked == []


def test_nobody_there_is_one_sentence(tmp_path: Path, web: Web) -> None:
    assert "cannot be had (" in refused(tmp_path, "http://127.0.0.1:9/rows.csv")
