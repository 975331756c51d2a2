"""People are notified once of an alarm of a real project, and once of its end, on each channel."""

import email
import json
import threading
from collections.abc import Callable, Iterator
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Mailbox

from tests.support.generator import commit, run_cli
from tests.support.projects import Install, InstalledProject
from tests.support.stores import free_ports

CHANNELS = "CHURN_NOTIFICATIONS_CHANNELS"


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    project = install(4)
    assert run_cli("upgrade", "--with", "notifications", cwd=project.folder).status == 0
    commit(project.folder)
    project.sync()
    return project


@pytest.fixture(scope="module")
def posts() -> Iterator[tuple[int, list[tuple[str, dict[str, Any]]]]]:
    """(port, the path and the JSON of each request)."""
    found: list[tuple[str, dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.append((self.path, json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, found
        server.shutdown()


@pytest.fixture(scope="module")
def mails() -> Iterator[tuple[int, list[Message]]]:
    """(port, each mail) of a server for SMTP."""
    found: list[Message] = []

    class Keep(Mailbox):
        def handle_message(self, message: Message) -> None:
            found.append(email.message_from_bytes(message.as_bytes(), policy=default))

    (port,) = free_ports(1)
    server = Controller(Keep(), hostname="127.0.0.1", port=port)
    server.start()
    yield port, found
    server.stop()


@pytest.fixture(scope="module")
def notify(
    installed: InstalledProject,
    posts: tuple[int, list[tuple[str, dict[str, Any]]]],
    mails: tuple[int, list[Message]],
) -> Callable[..., str]:
    """Runs a command with a webhook, a chat and a mailbox."""
    port, smtp = posts[0], mails[0]
    channels = [
        f"hook json://127.0.0.1:{port}/hook?+Authorization=Bearer%20token",
        f"chat mmost://127.0.0.1:{port}/chat",
        f"mail mailto://127.0.0.1:{smtp}?from=loop@example.com&to=oncall@example.com",
    ]
    return lambda words, status=0: installed.run(words, status, **{CHANNELS: "\n".join(channels)})


def test_the_project_passes_its_checks(installed: InstalledProject) -> None:
    installed.run_checks("tests/notifications tests/status")


def test_an_alarm_and_its_end_reach_each_channel_once(
    notify: Callable[..., str],
    posts: tuple[int, list[tuple[str, dict[str, Any]]]],
    mails: tuple[int, list[Message]],
) -> None:
    assert notify("notify --test").count("delivered") == 3
    assert [path for path, _ in posts[1]] == ["/hook", "/hooks/chat"]
    posts[1].clear()
    mails[1].clear()
    assert notify("notify").count("alarm: no-active-release, delivered") == 3
    assert notify("notify") == "nothing is new: no message was sent\n"
    notify("loop --period 2013-03")  # its first release ends the alarm
    titles = ["churn: alarm: no-active-release", "churn: over: no-active-release"]
    hooks = [message for path, message in posts[1] if path == "/hook"]
    assert [message["title"] for message in hooks] == titles
    assert "No release is active" in hooks[0]["message"]
    chats = [message["text"] for path, message in posts[1] if path == "/hooks/chat"]
    assert [text.splitlines()[0] for text in chats] == titles
    assert [message["subject"] for message in mails[1]] == titles
    assert "docs/how-to/runbook.md#no-active-release" in str(mails[1][0])
    assert notify("notify") == "nothing is new: no message was sent\n"


def test_a_loop_that_fails_is_an_alarm(
    notify: Callable[..., str], posts: tuple[int, list[tuple[str, dict[str, Any]]]]
) -> None:
    posts[1].clear()
    printed = notify("loop --period 1999-01", 2)
    (_, message), _ = posts[1]
    assert message["title"] == "churn: alarm: loop"
    assert printed.strip().splitlines()[-1] in message["message"]
