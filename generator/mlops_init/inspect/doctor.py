"""What this machine has and lacks, and which levels work on it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import RefusedError
from ..git.repository import OLDEST_GIT
from ..new import next_steps as steps
from ..template import levels

PYTHONS = (3, 11), (3, 13)  # the oldest and the newest that a project runs on
ENVIRONMENTS = {0: 0.7, 1: 0.7, 2: 0.8, 3: 0.8, 4: 1.0}  # GB that the libraries of a level take
SIZES = f"no room for {ENVIRONMENTS[0]} to {ENVIRONMENTS[4]} GB"
ENGINES = {  # what only an engine that works can answer
    "docker": ("version", "--format", "{{.Server.Version}}"),
    "podman": ("info", "--format", "{{.Version.Version}}"),
}
PATIENCE = 10.0  # seconds
LIBRARY = "pydantic"  # one that every project needs


@dataclass(frozen=True)
class Found:
    """What a check found, the levels it is enough for, and what to do where it is not."""

    words: str
    enough: tuple[int, ...]
    remedy: str = ""


@dataclass(frozen=True)
class Tool:
    """Something that projects use; without what is not needed every level works."""

    name: str
    check: Callable[[], Found]
    lost: str  # without it
    needed: bool = True


@dataclass(frozen=True)
class Checked:
    """A tool, and what was found of it; nothing where nobody wanted it looked for."""

    tool: Tool
    found: Found | None

    @property
    def fine(self) -> bool:
        """Whether it is enough for every level."""
        return self.found is not None and self.found.enough == every()


def every() -> tuple[int, ...]:
    """All levels."""
    return tuple(each.number for each in levels.levels())


def checked(online: bool) -> tuple[Checked, ...]:
    """Look at each tool of the table; at the package index only if that is wanted."""
    wanted = (each for each in TOOLS if online or each.check is not _index)
    found = {each.name: each.check() for each in wanted}
    return tuple(Checked(each, found.get(each.name)) for each in TOOLS)


def working(tools: tuple[Checked, ...]) -> tuple[int, ...]:
    """The levels that lack nothing they need."""
    needed = [each.found.enough for each in tools if each.tool.needed and each.found]
    return tuple(number for number in every() if all(number in enough for enough in needed))


def _asked(*words: str, given: str = "") -> str | None:
    """What a program answers; none where it fails or is silent for long."""
    try:
        done = subprocess.run(
            words, input=given, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def _version(text: str | None) -> tuple[int, ...] | None:
    found = re.search(r"\d+(\.\d+)+", text or "")
    return tuple(map(int, found[0].split("."))) if found else None


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _python() -> Found:
    low, high = PYTHONS
    version = sys.version_info[:3]
    words = _dotted(version)
    if not low <= version[:2] <= high:
        words += f", uv gets {_dotted(high)}"
    return Found(words, every())


def _git() -> Found:
    oldest = _dotted(OLDEST_GIT)
    if not shutil.which("git"):
        return Found("not on this machine", (), f"install git {oldest} or newer")
    version = _version(_asked("git", "version"))
    if version is None:
        return Found("does not answer", (), f"install git {oldest} or newer")
    if version < OLDEST_GIT:
        return Found(f"{_dotted(version)} is too old", (), f"install git {oldest} or newer")
    return Found(_dotted(version), every())


def _uv() -> Found:
    try:
        program = steps.uv()
    except RefusedError:
        return Found("not on this machine", (), "pip install uv")
    version = _version(_asked(program, "--version"))
    if version is None:
        return Found("does not answer", (), "pip install --force-reinstall uv")
    whence = "" if program == "uv" else ", brought along"
    return Found(_dotted(version) + whence, every())


def _disk() -> Found:
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    enough = tuple(number for number in every() if ENVIRONMENTS[number] <= free)
    lacking = max(ENVIRONMENTS.values()) - free
    return Found(f"{free:.1f} GB free here", enough, f"free {lacking:.1f} GB")


def _engine() -> Found:
    here = [each for each in ENGINES if shutil.which(each)]
    for name in here:
        if answer := _asked(name, *ENGINES[name]):
            return Found(f"{name} {answer.splitlines()[0]}", every())
    if not here:
        return Found("no docker, no podman", (), "install docker or podman")
    return Found(f"{here[0]} does not answer", (), f"start {here[0]}, or ask to be let use it")


def _index() -> Found:
    # As a project asks: uv knows the index that its owner has set.
    words = ("pip", "compile", "--quiet", "--no-deps", "--no-cache", "-")
    try:
        answers = _asked(steps.uv(), *words, given=LIBRARY)
    except RefusedError:
        answers = None
    if answers:
        return Found("answers", every())
    return Found("does not answer", (), "look at the network, or at UV_DEFAULT_INDEX")


TOOLS = (
    Tool("Python", _python, "no mlops-init"),
    Tool("git", _git, "no history, no upgrade"),
    Tool("uv", _uv, "no project runs"),
    Tool("disk", _disk, SIZES),
    Tool("package index", _index, "no libraries at first"),
    Tool("containers", _engine, "no image, no dev container", needed=False),
)
