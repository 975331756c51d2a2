"""The next three commands: how to type them in a new shell, and how to run them."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..errors import RefusedError
from ..template.levels import Step

EXAMPLE = "data/flights.parquet"


class StepError(RefusedError):
    """A command of the new project failed; it has said why itself."""

    def __init__(self, command: str, status: int) -> None:
        super().__init__(
            f"`{command}` failed with status {status}, for the reason above. The project stays."
        )
        self.status = status


def uv() -> str:
    """The uv of this machine, or the one that came with this package."""
    # The folder of an activated environment is not on the PATH of the next shell.
    own = Path(sys.executable).parent if sys.prefix != sys.base_prefix else None
    folders = os.environ.get("PATH", "").split(os.pathsep)
    search = os.pathsep.join(each for each in folders if not own or Path(each) != own)
    return "uv" if shutil.which("uv", path=search) else carried_uv()


def carried_uv() -> str:
    """The full path of the uv that came with this package."""
    from uv import find_uv_bin

    try:
        return str(find_uv_bin())
    except FileNotFoundError as error:
        raise RefusedError("uv is not on this machine: pip install uv.") from error


def command_of(answers: Mapping[str, Any]) -> str:
    """The name of the command that a project brings."""
    return str(answers["package_name"]).replace("_", "-")


def about(todo: Iterable[Step], source: str = EXAMPLE) -> tuple[Step, ...]:
    """The steps, about data of the owner's instead of the example."""
    return tuple(
        Step(
            step.run.replace(EXAMPLE, shlex.quote(source)),
            step.gives.replace("the example", "your data"),
        )
        for step in todo
    )


def typed(command: str, step: Step) -> str:
    """A step as a person types it in a new shell."""
    return f"{shlex.quote(uv())} run {command} {step.run}"


def run(project: Path, command: str, step: Step) -> None:
    """Run a step in a project, its output straight to the terminal."""
    # Ours is not the environment of the project: uv would warn of it at every step.
    own = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    words = [carried_uv(), "run", command, *shlex.split(step.run)]
    status = subprocess.run(words, cwd=project, env=own, check=False).returncode
    if status:
        raise StepError(typed(command, step), status if status > 0 else 128 - status)
