"""The Python versions that a project declares, and interpreters of this machine."""

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

from packaging.specifiers import SpecifierSet

from tests.support.generator import ROOT

PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"


def declared_versions() -> list[str]:
    """The versions that a project declares, oldest first."""
    text = (ROOT / "template/pyproject.toml.jinja").read_text().splitlines()
    (line,) = [each for each in text if each.startswith("requires-python")]
    versions = SpecifierSet(tomllib.loads(line)["requires-python"])
    return [f"3.{minor}" for minor in range(8, 30) if f"3.{minor}" in versions]


def find_python(version: str) -> Path | None:
    """An interpreter of this machine that starts: on the PATH, or installed by pyenv."""
    on_path = shutil.which(f"python{version}")
    for path in (on_path, *sorted(PYENV.glob(f"{version}.*/bin/python{version}"))):
        if path and not subprocess.run([path, "-c", ""], capture_output=True).returncode:
            return Path(path)
    return None
