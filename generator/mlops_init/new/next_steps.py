"""Runs the first commands of a new project."""

import os
import shlex
import subprocess
from pathlib import Path

from ..errors import RefusedError
from ..project_commands import bundled_uv, command_line
from ..template.levels import Step


class StepError(RefusedError):
    """A command of the new project failed, after it printed its own error."""

    def __init__(self, command: str, status: int) -> None:
        super().__init__(
            f"`{command}` failed with status {status}, see the output above. "
            "The project has been created."
        )
        self.status = status


def run_step(project: Path, command: str, step: Step) -> None:
    """Run a step in a project; its output goes straight to the terminal."""
    # uv would warn at each step that our environment is not the environment of the project.
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    words = [bundled_uv(), "run", command, *shlex.split(step.command)]
    status = subprocess.run(words, cwd=project, env=environment, check=False).returncode
    if status:
        raise StepError(command_line(command, step), status if status > 0 else 128 - status)
