"""Runs the shell blocks of pages.

A block runs unless the line above it says `<!-- not run: why -->`.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

Record = Callable[[str, object], None]
NAME = "blocks"
TIMEOUT = 900  # seconds for a page
FENCE = re.compile(
    r"^(?P<above>.*)\n(?P<indent> *)```(?P<kind>.*)\n(?P<text>(?:.*\n)*?)(?P=indent)```$", re.M
)
REASON = re.compile(r"^ *<!-- not run: (\S.*?) -->$")
SHELL = "sh"
KINDS = (SHELL, "console", "mermaid", "text")  # what a block can be; a console is a screen

# Pages with blocks, in the order in which they run: some need results of others.
OURS = (
    "README.md",
    "docs/how-to/add-a-capability.md",
    "docs/tutorials/growing-a-project.md",
    "docs/how-to/release.md",
)
OF_PROJECTS = {
    0: ("docs/how-to/environments.md", "README.md", "docs/tutorials/first-hour.md"),
    1: ("docs/tutorials/first-clone.md",),
    4: tuple(
        f"docs/how-to/{name}.md"
        for name in (
            "ingestion",
            "validation",
            "tracking",
            "pipelines",
            "registry",
            "promotion",
            "deployment",
            "containers",
            "lineage",
            "serving",
            "scoring",
            "labels",
            "monitoring",
            "retraining",
            "status",
            "simulation",
            "state",
            "checks",
            "packaging",
        )
    ),
}


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    kind: str
    text: str
    reason: str | None  # why it does not run


def blocks(page: Path) -> list[Block]:
    """Every fenced block, in order."""
    found = FENCE.finditer(f"\n{page.read_text()}")
    return [
        Block(
            each["kind"],
            re.sub(rf"^{each['indent']}", "", each["text"], flags=re.M),
            reason[1] if (reason := REASON.match(each["above"])) else None,
        )
        for each in found
    ]


def shell_blocks(page: Path) -> list[Block]:
    return [block for block in blocks(page) if block.kind == SHELL]


def pages_with_blocks(folder: Path) -> set[str]:
    """The pages of a repository that have shell blocks."""
    pages = [*folder.glob("*.md"), *(folder / "docs").rglob("*.md")]
    return {page.relative_to(folder).as_posix() for page in pages if shell_blocks(page)}


def script(found: list[Block]) -> str:
    """The script of a page, which prints the number of each block."""
    typed = [(n, block) for n, block in enumerate(found, 1) if block.reason is None]
    return "".join(f"echo '--- block {n} of {len(found)}'\n{each.text}" for n, each in typed)


def run_page(page: Path, at: Path, record: Record, *programs: Path, **env: str) -> str:
    """Run the blocks of a page in one shell; their output. Servers that still run are stopped."""
    found = shell_blocks(page)
    record(NAME, [block.reason for block in found])
    kept = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    path = os.pathsep.join([*map(str, programs), kept["PATH"]])
    shell = subprocess.Popen(
        ["bash", "-euxo", "pipefail", "-c", script(found)],
        cwd=at,
        env=kept | {"PATH": path} | env,
        stdin=subprocess.DEVNULL,
        stdout=(log := at.parent / f"{page.stem}.log").open("w"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        status = shell.wait(TIMEOUT)
    finally:
        stop_group(shell.pid)
    assert status == 0, f"{page.name} ended with {status}:\n{log.read_text()[-6000:]}"
    return log.read_text()


def stop_group(group: int) -> None:
    """Stop the processes that a page left running."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def format_counts(reports: Iterable[pytest.TestReport]) -> str:
    """One line for the summary."""
    counted = [dict(each.user_properties).get(NAME) for each in reports if each.when == "call"]
    pages = [reasons for reasons in counted if isinstance(reasons, list)]
    if not pages:
        return ""
    excluded = Counter(reason for reasons in pages for reason in reasons if reason)
    typed = sum(reason is None for reasons in pages for reason in reasons)
    why = "".join(f"; {count} not run: {reason}" for reason, count in sorted(excluded.items()))
    return f"pages: {len(pages)}, {typed} blocks run, {excluded.total()} not{why}"
