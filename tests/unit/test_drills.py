"""Drills name the level of each capability, and their page shows every drill."""

import ast
import re
from pathlib import Path

from mlops_init.template.levels import load_levels

DRILLS = "template/src/{{ package_name }}/drills"


def test_the_levels_are_those_of_the_manifests(checkout: Path) -> None:
    (text,) = re.findall(
        r"^LEVELS = (\{.*?^\})", (checkout / DRILLS / "findings.py").read_text(), re.M | re.S
    )
    levels = {part.name: level.number for level in load_levels() for part in level.capabilities}
    named = ast.literal_eval(text)
    assert named == {name: levels[name] for name in named}


def test_the_page_shows_every_drill(checkout: Path) -> None:
    faults = (checkout / DRILLS / "faults.py").read_text().partition("\nFAULTS = ")[2]
    names = re.findall(r'(?:Fault|of_rows)\(\s*"([a-z-]+)"', faults)
    page = (checkout / "docs/reference/drills.md").read_text()
    assert len(names) >= 10
    assert re.findall(r"^\| ([a-z]+-?[a-z]*) \| (?!outcome)", page, re.M) == names
