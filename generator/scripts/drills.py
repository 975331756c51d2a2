"""Runs all drills in a new project, and writes docs/reference/drills.md, which takes minutes.

python generator/scripts/drills.py
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from mlops_init.project_commands import bundled_uv

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "from mlops_init.cli import main; main()"
PAGE = ROOT / "docs/reference/drills.md"
HEAD = """\
# Drills

<!-- Written by generator/scripts/drills.py: change the code, not this page. -->

The optional capability `drills` of level 4 breaks a copy of a project on purpose: `drill all`.
This page shows who noticed each fault in a new project with the example `air-time`, and from which
level on a project has what noticed it. A fault is noticed if it is refused or alarmed; a warning
does not count. Seconds depend on the machine. A nightly test runs the drills again and compares
the rest of the table.

"""


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        project = Path(place) / "flights"
        words = [str(project), "--level", "4", "--with", "drills", "--defaults"]
        subprocess.run([sys.executable, "-c", PROGRAM, *words], check=True)
        subprocess.run([bundled_uv(), "run", "flights", "drill", "all"], cwd=project, check=True)
        table = (project / "var/drills/drills.md").read_text(encoding="utf-8")
    PAGE.write_text(HEAD + table, encoding="utf-8")


if __name__ == "__main__":
    main()
