"""The page about a project that grows says what happens: each of its blocks is typed, in order."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from mlops_init.steps import carried_uv

from tests.conftest import ROOT

pytestmark = pytest.mark.processes
PAGE = ROOT / "docs/growing-a-project.md"


def test_a_project_grows_as_its_page_says(checkout: Path, tmp_path: Path) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(), re.M | re.S)
    script = "".join(f"echo '--- block {n} of {len(blocks)}'\n{b}" for n, b in enumerate(blocks, 1))
    program = tmp_path / "bin/mlops-init"  # of the frozen checkout
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\nPYTHONPATH='{checkout}/generator' exec '{sys.executable}' -c "
        "'from mlops_init.cli import main; main()' \"$@\"\n"
    )
    program.chmod(0o755)
    programs = (program.parent, Path(carried_uv()).parent)
    kept = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    done = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", script],
        cwd=tmp_path,
        env=kept
        | {
            "PATH": os.pathsep.join([*map(str, programs), kept["PATH"]]),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    print(f"{len(blocks)} blocks typed, none left out")
