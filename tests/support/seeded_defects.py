"""Defects of a generated project, and copies of a project that have one of them.

`defects/*.yml` lists at least one defect for each item of the ML Test Score that a test is marked
with, and the test that must fail then: a test of the project, or a test of this repository.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

FILES = sorted((Path(__file__).parent / "defects").glob("*.yml"))


@dataclass(frozen=True)
class Defect:
    """A text of a file that another text replaces, and the test that must find it."""

    item: str  # of the ML Test Score
    defect: str
    file: str
    replace: str
    by: str
    test: str = ""
    repository_test: str = ""
    failure: str = "assert|AssertionError|Failed: DID NOT RAISE"  # how the test must fail

    @property
    def name(self) -> str:
        return f"{self.item}, {self.defect}"

    def seed(self, project: Path) -> None:
        """Replace the text, which the file must contain exactly once."""
        file = project / self.file
        text = file.read_text()
        assert text.count(self.replace) == 1, f"{self.name}: change `replace` as {self.file} did"
        file.write_text(text.replace(self.replace, self.by))

    def copy(self, project: Path, place: Path) -> Path:
        """A copy of a project with the defect, without its environment, history and results."""
        shutil.copytree(project, place, ignore=shutil.ignore_patterns(".venv", ".git", "var"))
        self.seed(place)
        return place


def read_defects() -> list[Defect]:
    return [Defect(**entry) for file in FILES for entry in yaml.safe_load(file.read_text())]


DEFECTS = read_defects()


def defects_for(test: str) -> list[Defect]:
    """The defects that a test of this repository must find."""
    return [defect for defect in DEFECTS if defect.repository_test == test]
