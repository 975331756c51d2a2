"""For every item of the ML Test Score that a test is marked with, a defect must make it fail."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.generator import ROOT
from tests.support.projects import OWN_ML_TESTS, InstalledProject
from tests.support.seeded_defects import DEFECTS, Defect

ITEM = re.compile(r'"((?:data|model|infrastructure|monitoring)-\d)"')


def marked_items() -> set[str]:
    """The items that tests of this repository or of a project are marked with."""
    marks = re.compile(r"ml_test_score\((.*)\)")
    files = (ROOT / "tests").rglob("test_*.py")
    lines = [mark for file in files for mark in marks.findall(file.read_text())]
    return {item for line in lines for item in ITEM.findall(line)} | set(OWN_ML_TESTS[4])


def test_every_marked_item_has_a_defect() -> None:
    assert {defect.item for defect in DEFECTS} == marked_items()


def test_every_refusal_of_the_gate_has_a_defect_that_deletes_it(
    project: Callable[[int], Path],
) -> None:
    found = list(refusals(project(4) / "src/churn/promotion"))
    assert len(found) >= 8
    replaced = [defect.replace for defect in DEFECTS]
    assert [text for text in found if not any(text in each for each in replaced)] == []


def refusals(folder: Path) -> Iterator[str]:
    """The call of each rule, and each condition of a verdict or an error without an evaluation."""
    for name in ("gate.py", "promote.py"):
        for node in ast.walk(ast.parse((folder / name).read_text())):
            if isinstance(node, ast.FunctionDef) and node.name != "deciding_rule":
                yield from [f"{node.name}("] if ast.unparse(node.returns or node) == "Rule" else []
            if isinstance(node, ast.If) and re.search(
                r"^(return Verdict\(|raise InputError)",
                "\n".join(map(ast.unparse, node.body)),
                re.M,
            ):
                yield f"if {ast.unparse(node.test)}:"


def test_defects_have_different_names() -> None:
    names = [(defect.name, defect.test) for defect in DEFECTS]
    assert len({*names}) == len(names)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_defect_changes_the_project_and_names_a_test_of_its_item(
    project: Callable[[int], Path], tmp_path: Path, defect: Defect
) -> None:
    (tmp_path / defect.file).parent.mkdir(parents=True)
    (tmp_path / defect.file).write_text((project(4) / defect.file).read_text())
    defect.seed(tmp_path)
    if defect.repository_test:
        file, test = defect.repository_test.split("::")
        assert f"def {test}(" in (ROOT / file).read_text()
    else:
        assert (defect.item, defect.test) in {*InstalledProject(project(4)).marked_tests()}
