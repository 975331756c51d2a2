"""The commands of a project, as a user types them in a new shell."""

import os
import shlex
import shutil
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .errors import RefusedError
from .template.levels import Step

EXAMPLE_FILE = "data/flights.parquet"


def uv_program() -> str:
    """`uv` if it is on the PATH of a new shell, else the full path of the bundled one."""
    # The folder of an activated environment is not on the PATH of a new shell.
    environment = Path(sys.executable).parent if sys.prefix != sys.base_prefix else None
    folders = os.environ.get("PATH", "").split(os.pathsep)
    search = os.pathsep.join(
        each for each in folders if not environment or Path(each) != environment
    )
    return "uv" if shutil.which("uv", path=search) else bundled_uv()


def bundled_uv() -> str:
    """The full path of the uv that was installed with mlops-init."""
    from uv import find_uv_bin

    try:
        return str(find_uv_bin())
    except FileNotFoundError as error:
        raise RefusedError("uv is not on this machine: pip install uv.") from error


def project_command(answers: Mapping[str, Any]) -> str:
    """The name of the command that a project installs."""
    return str(answers["package_name"]).replace("_", "-")


def installed_command(project: Path, answers: Mapping[str, Any]) -> str:
    """The name of the command that a project installs now; the user may have renamed it."""
    generated = project_command(answers)
    try:
        settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
        commands = list(settings["project"]["scripts"])
    except (OSError, ValueError, LookupError, TypeError):
        return generated
    return commands[0] if generated not in commands and len(commands) == 1 else generated


def command_line(command: str, step: Step) -> str:
    """A step as a user types it."""
    return f"{shlex.quote(uv_program())} run {command} {step.command}"


def upgrade_command(project: Path, level: int) -> str:
    """The command that upgrades a project, as a user types it in the current folder."""
    folder = os.path.relpath(project)
    words = ["mlops-init", "upgrade", *([] if folder == "." else [folder])]
    return shlex.join([*words, "--level", str(level)])


def use_own_data(steps: Iterable[Step], source: str = EXAMPLE_FILE) -> tuple[Step, ...]:
    """The steps with the user's own data in place of the example."""
    return tuple(
        Step(
            step.command.replace(EXAMPLE_FILE, shlex.quote(source)),
            step.result.replace("the example", "your data"),
        )
        for step in steps
    )
