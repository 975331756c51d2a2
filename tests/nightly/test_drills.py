"""Every drill of a new project ends as docs/reference/drills.md shows, and none is missed."""

import json
import re
from pathlib import Path

import pytest

from tests.support.generator import commit, run_cli
from tests.support.projects import Install, InstalledProject, commands_up_to

PAGE = "docs/reference/drills.md"
REMEDY = "run `python generator/scripts/drills.py`"


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    project = install(4)
    assert run_cli("upgrade", "--with", "drills", cwd=project.folder).status == 0
    commit(project.folder)
    return project


def read_table(text: str) -> list[list[str]]:
    """The cells of each drill: name, outcome, who noticed it, and the level."""
    rows = re.findall(r"^\| (\S+) \| (.+?) \| (.+?) \| (\S) \|", text, re.M)
    return [[*row] for row in rows]


def test_the_project_passes_its_checks(installed: InstalledProject) -> None:
    installed.run_checks("tests/drills")
    assert installed.commands() == commands_up_to(4) | {"drill"}


def test_all_drills_end_as_the_page_shows(installed: InstalledProject, checkout: Path) -> None:
    installed.run("drill all")
    stored = json.loads((installed.folder / "var/drills/drills.json").read_text())
    assert len(stored["drills"]) >= 10
    missed = [each["name"] for each in stored["drills"] if not each["findings"]]
    assert missed == []
    table = read_table((installed.folder / "var/drills/drills.md").read_text())
    assert len(table) == len(stored["drills"])
    assert table == read_table((checkout / PAGE).read_text()), REMEDY


def test_a_random_drill_does_not_show_its_name(installed: InstalledProject) -> None:
    printed = installed.run("drill random")
    answer = json.loads((installed.folder / "var/drills/answer.json").read_text())
    assert answer["name"] not in printed
    assert answer["sentence"] not in printed
    assert answer["name"] in installed.run("drill reveal")
