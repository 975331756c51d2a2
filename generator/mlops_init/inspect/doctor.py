"""Checks which tools this machine has, and which levels work with them."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import RefusedError
from ..git.repository import OLDEST_GIT
from ..project_commands import uv_program
from ..template.levels import load_levels

PYTHON_VERSIONS = (3, 11), (3, 13)  # the oldest and the newest that a project supports
ENVIRONMENT_GB = {0: 0.7, 1: 0.7, 2: 0.8, 3: 0.8, 4: 1.0}  # size of the libraries of a level
SIZES = f"no room for {ENVIRONMENT_GB[0]} to {ENVIRONMENT_GB[4]} GB"
ENGINE_COMMANDS = {  # which only succeed if the engine works
    "docker": ("version", "--format", "{{.Server.Version}}"),
    "podman": ("info", "--format", "{{.Version.Version}}"),
}
TIMEOUT = 10.0  # seconds
LIBRARY = "pydantic"  # every project needs it


@dataclass(frozen=True)
class Finding:
    """What a check found, the levels that work with it, and what to do for the others."""

    text: str
    levels: tuple[int, ...]
    remedy: str = ""


@dataclass(frozen=True)
class Tool:
    """A tool that projects use; all levels work without an optional one."""

    name: str
    check: Callable[[], Finding]
    missing: str  # without the tool
    required: bool = True


@dataclass(frozen=True)
class CheckResult:
    """A tool with its finding, or None if it was not checked."""

    tool: Tool
    finding: Finding | None

    @property
    def is_ok(self) -> bool:
        """Whether all levels work with the tool."""
        return self.finding is not None and self.finding.levels == list_all_levels()


def list_all_levels() -> tuple[int, ...]:
    """The numbers of all levels."""
    return tuple(level.number for level in load_levels())


def check_machine(online: bool) -> tuple[CheckResult, ...]:
    """Check each tool; the package index only if `online`."""
    return tuple(
        CheckResult(tool, tool.check() if online or tool.check is not _check_index else None)
        for tool in TOOLS
    )


def list_usable_levels(results: tuple[CheckResult, ...]) -> tuple[int, ...]:
    """The levels that have everything they need."""
    findings = [each.finding for each in results if each.tool.required and each.finding]
    return tuple(
        level for level in list_all_levels() if all(level in each.levels for each in findings)
    )


def _run(*words: str, stdin: str = "") -> str | None:
    """The output of a program; None if it fails or takes too long."""
    try:
        process = subprocess.run(
            words, input=stdin, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return process.stdout.strip() or None if process.returncode == 0 else None


def _parse_version(text: str | None) -> tuple[int, ...] | None:
    match = re.search(r"\d+(\.\d+)+", text or "")
    return tuple(map(int, match[0].split("."))) if match else None


def _format_version(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _check_python() -> Finding:
    oldest, newest = PYTHON_VERSIONS
    version = sys.version_info[:3]
    text = _format_version(version)
    if not oldest <= version[:2] <= newest:
        text += f", uv uses {_format_version(newest)}"
    return Finding(text, list_all_levels())


def _check_git() -> Finding:
    remedy = f"install git {_format_version(OLDEST_GIT)} or newer"
    if not shutil.which("git"):
        return Finding("not on this machine", (), remedy)
    version = _parse_version(_run("git", "version"))
    if version is None:
        return Finding("does not respond", (), remedy)
    if version < OLDEST_GIT:
        return Finding(f"{_format_version(version)} is too old", (), remedy)
    return Finding(_format_version(version), list_all_levels())


def _check_uv() -> Finding:
    try:
        program = uv_program()
    except RefusedError:
        return Finding("not on this machine", (), "pip install uv")
    version = _parse_version(_run(program, "--version"))
    if version is None:
        return Finding("does not respond", (), "pip install --force-reinstall uv")
    origin = "" if program == "uv" else ", bundled"
    return Finding(_format_version(version) + origin, list_all_levels())


def _check_disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    levels = tuple(level for level in list_all_levels() if ENVIRONMENT_GB[level] <= free)
    lacking = max(ENVIRONMENT_GB.values()) - free
    return Finding(f"{free:.1f} GB free here", levels, f"free {lacking:.1f} GB")


def _check_engine() -> Finding:
    installed = [engine for engine in ENGINE_COMMANDS if shutil.which(engine)]
    for engine in installed:
        if output := _run(engine, *ENGINE_COMMANDS[engine]):
            return Finding(f"{engine} {output.splitlines()[0]}", list_all_levels())
    if not installed:
        return Finding("no docker, no podman", (), "install docker or podman")
    engine = installed[0]
    return Finding(f"{engine} does not respond", (), f"start {engine}, or get access to it")


def _check_index() -> Finding:
    # uv knows the index that the user has configured for projects.
    words = ("pip", "compile", "--quiet", "--no-deps", "--no-cache", "-")
    try:
        output = _run(uv_program(), *words, stdin=LIBRARY)
    except RefusedError:
        output = None
    if output:
        return Finding("responds", list_all_levels())
    return Finding("does not respond", (), "check the network and UV_DEFAULT_INDEX")


TOOLS = (
    Tool("Python", _check_python, "no mlops-init"),
    Tool("git", _check_git, "no history, no upgrade"),
    Tool("uv", _check_uv, "no project runs"),
    Tool("disk", _check_disk, SIZES),
    Tool("package index", _check_index, "no installation"),
    Tool("containers", _check_engine, "no image, no dev container", required=False),
)
